package dev.quilla.ctl;

import dev.quilla.ctl.session.Console;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** {@code quilla get|apply|…}: the command line as a process. */
public final class Main {

    private static final int BUFFER = 32 << 10;

    private Main() {}

    /** Runs one command, and exits with its code. */
    public static void main(String[] args) {
        PrintStream out =
                new PrintStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                        false,
                        StandardCharsets.UTF_8);
        int code =
                new CommandLineTool(new Console(System.in, out, System.err, System.getenv()))
                        .run(args);
        out.flush();
        System.exit(code);
    }
}
