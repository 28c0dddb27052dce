package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.BytePipe;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal of which this process is the screen and keyboard. Two platform threads carry the
 * bytes, for they wait in the kernel; the reading one lets go of the descriptor when the last
 * program has closed its side.
 */
final class PseudoTerminal {

    private static final int BUFFER_BYTES = 8 * 1024;
    private static final byte END_OF_INPUT = 4;

    private final int master;
    private final String program;
    private final BytePipe screen = new BytePipe();
    private final BytePipe keyboard = new BytePipe();
    private final AtomicBoolean open = new AtomicBoolean(true);

    private PseudoTerminal(int master, String program) {
        this.master = master;
        this.program = program;
    }

    static PseudoTerminal open() throws IOException {
        int master = Libc.open("/dev/ptmx", Libc.O_RDWR_NOCTTY_CLOEXEC);
        return new PseudoTerminal(master, Libc.unlockTerminal(master));
    }

    /** The file that a program opens as its terminal. */
    String programSide() {
        return program;
    }

    /** Begins to carry bytes; the program's side must be open by then. */
    void start() {
        Thread.ofPlatform().daemon().name("terminal screen " + program).start(this::show);
        Thread.ofPlatform().daemon().name("terminal keyboard " + program).start(this::type);
    }

    InputStream output() {
        return screen;
    }

    OutputStream input() {
        return new Keyboard();
    }

    void resize(int columns, int rows) {
        try {
            if (open.get()) {
                Libc.resizeTerminal(master, columns, rows);
            }
        } catch (IOException _) {
            // It was closed just now: nobody looks at it any more.
        }
    }

    private void show() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = Libc.read(master, buffer); n > 0; n = Libc.read(master, buffer)) {
                screen.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException _) {
            // The kernel tells the end as an error.
        } finally {
            screen.end();
            keyboard.close();
            close();
        }
    }

    private void type() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = keyboard.read(buffer); n > 0; n = keyboard.read(buffer)) {
                Libc.write(master, buffer, n);
            }
            if (open.get()) {
                Libc.write(master, new byte[] {END_OF_INPUT}, 1);
            }
        } catch (IOException _) {
            // Nobody reads the keyboard any more.
        }
    }

    private void close() {
        if (open.compareAndSet(true, false)) {
            try {
                Libc.close(master);
            } catch (IOException _) {
                // It is closed either way.
            }
        }
    }

    /** Lets go of a terminal that no program came to use. */
    void abandon() {
        screen.end();
        keyboard.close();
        close();
    }

    /** What is typed. */
    private final class Keyboard extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                keyboard.write(bytes, offset, length);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            keyboard.end();
        }
    }
}
