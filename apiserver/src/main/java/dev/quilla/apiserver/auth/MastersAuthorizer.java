package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;

/**
 * Lets those who are masters do everything. Asked before all others, so that nobody can lock
 * administrators out: neither roles nor a webhook.
 */
public final class MastersAuthorizer implements Authorizer {

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        return who.groups().contains(Identity.MASTERS);
    }
}
