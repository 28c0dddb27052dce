package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.HttpExchange;
import java.io.IOException;

/** Connects a request to the node that can answer it, or to what runs there. */
public interface NodeConnector {

    /** Whether a request is for a node: logs, exec, proxies and the like. */
    boolean handles(RequestInfo info);

    /**
     * Passes the request on, and the answer back.
     *
     * @return the code that was answered
     */
    int connect(HttpExchange exchange, RequestInfo info) throws IOException;
}
