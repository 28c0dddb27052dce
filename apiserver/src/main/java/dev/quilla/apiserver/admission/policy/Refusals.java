package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.admission.Admission.Request;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.Status;
import dev.quilla.model.meta.v1.StatusCause;
import java.util.List;
import java.util.Optional;

/** What clients are told of requests that policies refuse. */
final class Refusals {

    private Refusals() {}

    /**
     * As Kubernetes has it: the words of what is forbidden, with the code of the reason.
     *
     * @param reason such as {@code Forbidden}; empty for {@code Invalid}
     */
    static ApiException of(
            Request request, Optional<Struct> object, String reason, String message) {
        String asked = request.call().info().name();
        String name =
                asked.isEmpty() ? object.map(o -> o.text("metadata", "name")).orElse("") : asked;
        Status forbidden =
                ApiErrors.forbidden(request.resource().groupResource(), name, message).status();
        String said = reason.isEmpty() ? "Invalid" : reason;
        return new ApiException(
                forbidden.toBuilder()
                        .reason(said)
                        .code(code(said))
                        .details(d ->
                                d.causes(List.of(StatusCause.builder().message(message).build())))
                        .build());
    }

    /** Policies that can't do what they should refuse in words, and with a code, of their own. */
    static ApiException failed(Request request, Struct object, String message) {
        ApiException refused = of(request, Optional.of(object), "", message);
        return new ApiException(refused.status().toBuilder().message(message).code(403).build());
    }

    private static int code(String reason) {
        return switch (reason) {
            case "Unauthorized" -> 401;
            case "Forbidden" -> 403;
            case "RequestEntityTooLarge" -> 413;
            default -> 422;
        };
    }
}
