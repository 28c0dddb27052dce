package dev.quilla.apiserver.outbound;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What the next server gets of a request, and its client of the answer.
 *
 * @param target path and query, percent-encoded
 * @param headers fields for the server; those that are for one hop only are left out, and {@code
 *     Host} is the server's own name unless it is here
 * @param patience how long the answer may take to begin; zero for ever
 * @param answered what the client gets of the answer's header fields
 * @param refusals whose answers refusals are
 */
public record Onward(
        String target,
        Headers headers,
        Duration patience,
        UnaryOperator<Headers> answered,
        Refusals refusals) {

    /** What becomes of an answer that says no. */
    public enum Refusals {
        /** The client gets it as it is. */
        OF_THE_SERVER,
        /** Its words become a {@code Status} of this API. */
        OF_THIS_API
    }

    /** All of a request as it came, with these header fields, and all of its answer. */
    public static Onward whole(HttpExchange exchange, Headers headers, Duration patience) {
        return new Onward(
                exchange.target(),
                headers,
                patience,
                UnaryOperator.identity(),
                Refusals.OF_THE_SERVER);
    }
}
