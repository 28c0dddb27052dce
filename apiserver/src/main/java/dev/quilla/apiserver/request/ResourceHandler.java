package dev.quilla.apiserver.request;

/** Answers requests that may be made. */
public interface ResourceHandler {

    /**
     * Answers one.
     *
     * @throws dev.quilla.model.ApiException if it can't be done, with what the client is told
     */
    ApiReply handle(ApiCall call);
}
