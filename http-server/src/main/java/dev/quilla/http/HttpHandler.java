package dev.quilla.http;

/** Answers requests, each on a virtual thread of its own. */
public interface HttpHandler {

    /**
     * Answers one request: exactly one of the exchange's answering methods must be called.
     *
     * @throws Exception ends the connection where the answer had begun, else is answered with 500
     */
    void handle(HttpExchange exchange) throws Exception;
}
