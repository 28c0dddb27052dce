package dev.quilla.kubelet.runtime.docker;

import dev.quilla.kubelet.runtime.BytePipe;
import dev.quilla.kubelet.runtime.ExecSession;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;

/**
 * A program's streams over a connection taken over from the daemon. Without a terminal the daemon
 * sends frames of both outputs, which one thread takes apart.
 */
final class DockerSession implements ExecSession {

    private static final int STDERR_FRAME = 2;
    private static final int BUFFER_BYTES = 16 * 1024;

    /** What differs between a program run by exec and a container's own. */
    interface Program {

        void resize(int columns, int rows);

        int waitFor() throws InterruptedException;

        /** The session is over; the streams are closed. */
        void abandoned();
    }

    private final DockerSocket.Upgraded connection;
    private final Program program;
    private final InputStream stdout;
    private final InputStream stderr;

    DockerSession(DockerSocket.Upgraded connection, boolean tty, Program program) {
        this.connection = connection;
        this.program = program;
        if (tty) {
            this.stdout = connection.in();
            this.stderr = InputStream.nullInputStream();
        } else {
            BytePipe out = new BytePipe();
            BytePipe err = new BytePipe();
            this.stdout = out;
            this.stderr = err;
            Thread.ofVirtual().name("docker stream").start(() -> split(connection.in(), out, err));
        }
    }

    @Override
    public OutputStream stdin() {
        return new HalfClosing(connection);
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public void resize(int columns, int rows) {
        program.resize(columns, rows);
    }

    @Override
    public int waitFor() throws InterruptedException {
        return program.waitFor();
    }

    @Override
    public void close() {
        connection.close();
        program.abandoned();
    }

    private static void split(InputStream in, BytePipe out, BytePipe err) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (DataInputStream data = new DataInputStream(in)) {
            for (int type = data.read(); type >= 0; type = data.read()) {
                data.skipNBytes(3);
                int left = data.readInt();
                BytePipe pipe = type == STDERR_FRAME ? err : out;
                while (left > 0) {
                    int n = data.read(buffer, 0, Math.min(left, buffer.length));
                    if (n < 0) {
                        return;
                    }
                    pipe.write(buffer, 0, n);
                    left -= n;
                }
            }
        } catch (IOException _) {
            // The connection is gone; readers see the end, and the exit code tells the rest.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            out.end();
            err.end();
        }
    }

    /** Closing it ends the program's input only. */
    private static final class HalfClosing extends OutputStream {

        private final DockerSocket.Upgraded connection;
        private final OutputStream out;

        HalfClosing(DockerSocket.Upgraded connection) {
            this.connection = connection;
            this.out = connection.out();
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            try {
                connection.channel().shutdownOutput();
            } catch (ClosedChannelException _) {
                // The program ended first.
            }
        }
    }
}
