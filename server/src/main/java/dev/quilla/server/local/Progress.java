package dev.quilla.server.local;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;

/** Tells every second how much has gone through it; a short copy is over without a word. */
final class Progress extends FilterOutputStream {

    private static final Duration EVERY = Duration.ofSeconds(1);

    private final PrintStream err;
    private long bytes;
    private long lastNanos = System.nanoTime();

    Progress(OutputStream out, PrintStream err) {
        super(out);
        this.err = err;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] piece, int offset, int length) throws IOException {
        out.write(piece, offset, length);
        bytes += length;
        long now = System.nanoTime();
        if (now - lastNanos >= EVERY.toNanos()) {
            lastNanos = now;
            err.println("saving: " + BackupReport.size(bytes));
        }
    }
}
