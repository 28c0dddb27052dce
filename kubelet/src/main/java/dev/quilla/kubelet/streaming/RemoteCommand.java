package dev.quilla.kubelet.streaming;

import dev.quilla.http.HttpExchange;
import dev.quilla.kubelet.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Joins a program's streams with a client's, and tells the client in the end how the program ended.
 * Clients speak by WebSocket ({@link ChannelCommand}) or SPDY ({@link SpdyCommand}).
 */
public final class RemoteCommand {

    private static final int BUFFER_BYTES = 32 * 1024;

    /**
     * What the client wants of the streams.
     *
     * @param tty there is no standard error of its own
     */
    public record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {

        boolean ownStderr() {
            return stderr && !tty;
        }
    }

    /** The client's side. Each method is called by one thread, which may wait. */
    interface Client {

        /** Takes the program's standard output, or drops it where the client wants none. */
        OutputStream stdout();

        /** Takes its standard error likewise. */
        OutputStream stderr();

        /**
         * Passes on what the client sends.
         *
         * @return when the client has gone
         */
        void receive(CommandInput input) throws IOException, InterruptedException;

        /** Tells how the program ended; the last that the client hears. */
        void ended(CommandEnd end) throws IOException;
    }

    private final Client client;
    private final ExecSession session;

    private RemoteCommand(Client client, ExecSession session) {
        this.client = client;
        this.session = session;
    }

    /** The protocols of which a client may choose, for it to be told. */
    public static String protocols() {
        return "WebSocket (%s) and SPDY/3.1 (%s)"
                .formatted(
                        String.join(", ", ChannelCommand.PROTOCOLS),
                        String.join(", ", SpdyCommand.PROTOCOLS));
    }

    /**
     * Runs a program for a client until it has ended, or the client has gone. The program is run
     * before the client gets its answer, so that one that can't be run still has a status.
     *
     * @return false, with nothing run or said yet, if the client asks for no protocol spoken here
     */
    public static boolean serve(
            HttpExchange exchange, Streams streams, Supplier<ExecSession> program)
            throws IOException, InterruptedException {
        Optional<String> channels = ChannelCommand.choose(exchange);
        if (channels.isPresent()) {
            ChannelCommand.serve(exchange, channels.get(), streams, program);
            return true;
        }
        Optional<Carrier.Offer> offer = Carrier.offer(exchange, SpdyCommand.PROTOCOLS);
        if (offer.isPresent()) {
            SpdyCommand.serve(exchange, offer.get(), streams, program);
        }
        return offer.isPresent();
    }

    /** Carries everything until the program has ended, or the client has gone. */
    static void carry(Client client, ExecSession session) throws IOException, InterruptedException {
        new RemoteCommand(client, session).run();
    }

    private void run() throws IOException, InterruptedException {
        // Ends with the connection, which whoever accepted it closes in the end.
        Thread.ofVirtual().name("exec input").start(this::receive);
        Thread errors =
                Thread.ofVirtual()
                        .name("exec errors")
                        .start(() -> send(session.stderr(), client.stderr()));
        send(session.stdout(), client.stdout());
        errors.join();
        client.ended(new CommandEnd(session.waitFor()));
    }

    private void send(InputStream from, OutputStream to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (to) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
            }
        } catch (IOException _) {
            // Either side is gone: the program is let go, or has ended.
            session.close();
        }
    }

    private void receive() {
        try (OutputStream stdin = session.stdin()) {
            client.receive(new CommandInput(session, stdin));
        } catch (IOException _) {
            // Handled as the client's going away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        session.close();
    }
}
