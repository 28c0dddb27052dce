package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;

/** Says who may do what. Thread-safe. */
public interface Authorizer {

    /** Whether somebody may make a request. */
    boolean allows(Identity who, RequestInfo what);
}
