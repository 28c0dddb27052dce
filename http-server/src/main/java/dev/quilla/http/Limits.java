package dev.quilla.http;

import java.time.Duration;

/**
 * What a server bears before it refuses.
 *
 * @param connectionsMax more connections at once are closed unheard
 * @param requestsMax more requests at once are answered with 503
 * @param lineBytesMax a longer method and target are answered with 414
 * @param headerBytesMax longer header fields are answered with 431
 * @param bodyBytesMax how much of a body {@link HttpExchange#body} gives before it fails
 * @param head how long a connection may take to say hello, and a request to come with all of its
 *     head once it has begun
 * @param read how long the next piece of a body may take that is read as a whole; after that time
 *     it must also bring 1 KiB a second
 * @param write how long a client may leave the answer unread, or pause in a body that is read while
 *     it comes
 * @param idle how long a connection lives on which nothing is asked
 * @param drain how long requests may go on while the server closes
 */
public record Limits(
        int connectionsMax,
        int requestsMax,
        int lineBytesMax,
        int headerBytesMax,
        int bodyBytesMax,
        Duration head,
        Duration read,
        Duration write,
        Duration idle,
        Duration drain) {

    /** Fine for a server of some thousands of clients. */
    public static final Limits USUAL =
            new Limits(
                    16_384,
                    8_192,
                    16 << 10,
                    64 << 10,
                    6 << 20,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(3),
                    Duration.ofSeconds(3));

    /** The same with that many requests at once. */
    public Limits withRequestsMax(int count) {
        return new Limits(
                connectionsMax,
                count,
                lineBytesMax,
                headerBytesMax,
                bodyBytesMax,
                head,
                read,
                write,
                idle,
                drain);
    }

    /** The same with bodies up to that size. */
    public Limits withBodyBytesMax(int bytes) {
        return new Limits(
                connectionsMax,
                requestsMax,
                lineBytesMax,
                headerBytesMax,
                bytes,
                head,
                read,
                write,
                idle,
                drain);
    }

    /** The same with other times. */
    public Limits withTimes(Duration newHead, Duration newRead, Duration newWrite) {
        return new Limits(
                connectionsMax,
                requestsMax,
                lineBytesMax,
                headerBytesMax,
                bodyBytesMax,
                newHead,
                newRead,
                newWrite,
                idle,
                drain);
    }

    /** The same with that long for requests to end while the server closes. */
    public Limits withDrain(Duration newDrain) {
        return new Limits(
                connectionsMax,
                requestsMax,
                lineBytesMax,
                headerBytesMax,
                bodyBytesMax,
                head,
                read,
                write,
                idle,
                newDrain);
    }
}
