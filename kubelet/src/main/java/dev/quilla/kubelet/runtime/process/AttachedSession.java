package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.RunState;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.time.Duration;

/** Attached to a container's own program: its input is a named pipe, its output the log. */
final class AttachedSession implements ExecSession {

    private static final Duration LONG = Duration.ofDays(1);
    private static final int KILLED = 137;

    private final ContainerFiles files;
    private final OutputStream input;
    private final Output output;

    private AttachedSession(ContainerFiles files, OutputStream input, Output output) {
        this.files = files;
        this.input = input;
        this.output = output;
    }

    static AttachedSession open(ContainerFiles files) throws IOException {
        OutputStream input = OutputStream.nullOutputStream();
        if (Files.exists(files.stdin())) {
            // For reading too, so that it opens even if nobody reads it any more.
            RandomAccessFile pipe = new RandomAccessFile(files.stdin().toFile(), "rw");
            input = Channels.newOutputStream(pipe.getChannel());
        }
        return new AttachedSession(
                files, input, new Output(files, LogPieces.of(files.root()).end()));
    }

    @Override
    public OutputStream stdin() {
        return input;
    }

    @Override
    public InputStream stdout() {
        return output;
    }

    @Override
    public InputStream stderr() {
        return InputStream.nullInputStream();
    }

    @Override
    public void resize(int columns, int rows) {
        files.pid()
                .process()
                .ifPresent(p -> {
                    try {
                        int terminal =
                                Libc.open("/proc/" + p.pid() + "/fd/0", Libc.O_RDWR_NOCTTY_CLOEXEC);
                        try {
                            Libc.resizeTerminal(terminal, columns, rows);
                        } finally {
                            Libc.close(terminal);
                        }
                    } catch (IOException _) {
                        // It has no terminal, or has ended.
                    }
                });
    }

    @Override
    public int waitFor() throws InterruptedException {
        boolean ended = Waiting.until(() -> !(files.state() instanceof RunState.Running), LONG);
        return ended && files.state() instanceof RunState.Exited exited
                ? exited.exitCode()
                : KILLED;
    }

    @Override
    public void close() {
        output.close();
        try {
            input.close();
        } catch (IOException _) {
            // The program has ended.
        }
    }

    /** What the program says from now on. */
    private static final class Output extends InputStream {

        /** Output is a file that the process writes, and files tell nobody that they grow. */
        private static final long LOOK_MILLIS = 20;

        private final ContainerFiles files;
        private long offset;
        private volatile boolean closed;

        Output(ContainerFiles files, long offset) {
            this.files = files;
            this.offset = offset;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int start, int length) throws IOException {
            while (!closed) {
                boolean ended = !(files.state() instanceof RunState.Running);
                LogPieces.Read read = LogPieces.of(files.root()).read(offset, length);
                if (read.bytes().length > 0) {
                    System.arraycopy(read.bytes(), 0, into, start, read.bytes().length);
                    offset = read.offset() + read.bytes().length;
                    return read.bytes().length;
                }
                if (ended) {
                    return -1;
                }
                try {
                    Thread.sleep(LOOK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
            return -1;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
