package dev.quilla.apiserver.flow;

import dev.quilla.apiserver.request.RequestInfo;

/**
 * A request, as flow control tells of it. Immutable.
 *
 * @param user who asks
 * @param since when it came, on the clock that the levels count by
 */
record Asked(Flow flow, String user, RequestInfo what, long since) {}
