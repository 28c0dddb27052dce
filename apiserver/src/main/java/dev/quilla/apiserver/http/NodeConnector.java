package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.HttpExchange;
import java.io.IOException;

/** Connects a request to the kubelet of the node that can answer it. */
public interface NodeConnector {

    /** Whether a request is for a kubelet: logs, exec and the like. */
    boolean handles(RequestInfo info);

    /** Passes the request on, and the answer back. */
    void connect(HttpExchange exchange, RequestInfo info) throws IOException;
}
