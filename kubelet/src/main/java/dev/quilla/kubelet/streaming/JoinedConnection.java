package dev.quilla.kubelet.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;

/** A client's stream and a program's connection, each of which gets what the other says. */
record JoinedConnection(Duplex client, SocketChannel program) {

    private static final int BUFFER_BYTES = 16 << 10;

    /**
     * Carries bytes until both directions have ended, or either side is gone. What breaks is no
     * error to tell: programs hang up as they please.
     */
    void run() {
        try (program) {
            Thread up = Thread.ofVirtual().name("forward up").start(this::sendUp);
            copy(program.socket().getInputStream(), client.output());
            client.output().close();
            up.join();
        } catch (IOException _) {
            // Wakes whoever still waits for the client's bytes.
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendUp() {
        try {
            copy(client.input(), program.socket().getOutputStream());
            program.shutdownOutput();
        } catch (IOException _) {
            // Wakes whoever still waits for the program's bytes.
            close();
        }
    }

    /** Ends it from the program's side. */
    void close() {
        try {
            program.close();
        } catch (IOException _) {
            // It is of no use any more either way.
            return;
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            to.write(buffer, 0, n);
        }
    }
}
