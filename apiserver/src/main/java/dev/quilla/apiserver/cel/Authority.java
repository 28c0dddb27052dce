package dev.quilla.apiserver.cel;

import dev.quilla.apiserver.request.RequestInfo;

/** Whom expressions ask what somebody may do: the value of the variable {@code authorizer}. */
public interface Authority {

    /** Whether it may be done. */
    boolean allows(RequestInfo what);

    /** The same for a service account. */
    Authority as(String namespace, String account);
}
