package dev.quilla.model;

import dev.quilla.model.apply.ApplyConflictException;
import dev.quilla.model.meta.v1.Status;
import dev.quilla.model.meta.v1.StatusCause;
import dev.quilla.model.meta.v1.StatusDetails;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.function.UnaryOperator;

/** The errors of the API, with the reasons, codes and words that clients look for. */
public final class ApiErrors {

    /** More broken rules than this say nothing new, and an answer must not outgrow its request. */
    private static final int ERRORS_MAX = 100;

    private ApiErrors() {}

    public static ApiException notFound(GroupResource resource, String name) {
        return of(
                404,
                "NotFound",
                "%s \"%s\" not found".formatted(resource, name),
                on(resource, name));
    }

    /** No such path, as opposed to no such object. */
    public static ApiException noSuchPath() {
        return about(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiException alreadyExists(GroupResource resource, String name) {
        return of(
                409,
                "AlreadyExists",
                "%s \"%s\" already exists".formatted(resource, name),
                on(resource, name));
    }

    public static ApiException conflict(GroupResource resource, String name, String why) {
        return of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(resource, name, why),
                on(resource, name));
    }

    /** Somebody else changed the object since it was read. */
    public static ApiException modified(GroupResource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and"
                        + " try again");
    }

    /** What is applied would take fields from others; says which. */
    public static ApiException applyConflict(ApplyConflictException e) {
        List<StatusCause> causes =
                e.conflicts().stream()
                        .map(c ->
                                StatusCause.builder()
                                        .reason("FieldManagerConflict")
                                        .message("conflict with " + c.with())
                                        .field(c.field())
                                        .build())
                        .toList();
        return of(409, "Conflict", String.valueOf(e.getMessage()), d -> d.causes(causes));
    }

    /** The object breaks rules; says which fields, all at once. */
    public static ApiException invalid(
            GroupVersionKind kind, String name, List<FieldError> errors) {
        List<FieldError> told = errors.subList(0, Math.min(errors.size(), ERRORS_MAX));
        List<StatusCause> causes =
                told.stream()
                        .map(e ->
                                StatusCause.builder()
                                        .reason(e.type().reason())
                                        .message(e.messageWithoutField())
                                        .field(e.field())
                                        .build())
                        .toList();
        List<String> words = told.stream().map(FieldError::toString).distinct().toList();
        String all = String.join(", ", words);
        if (told.size() < errors.size()) {
            all += ", and " + (errors.size() - told.size()) + " more";
        }
        String message = words.size() == 1 ? all : "[" + all + "]";
        String qualified = kind.group().isEmpty() ? kind.kind() : kind.kind() + "." + kind.group();
        return of(
                422,
                "Invalid",
                "%s \"%s\" is invalid: %s".formatted(qualified, FieldError.cut(name), message),
                d ->
                        on(new GroupResource(kind.group(), kind.kind()), name)
                                .apply(d)
                                .causes(causes));
    }

    public static ApiException badRequest(String message) {
        return of(400, "BadRequest", message, d -> d);
    }

    /** What was asked for makes no sense of what is there. */
    public static ApiException unprocessable(String why) {
        return of(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request: " + why,
                d -> d);
    }

    public static ApiException unauthorized() {
        return of(401, "Unauthorized", "Unauthorized", d -> d);
    }

    public static ApiException forbidden(GroupResource resource, String name, String why) {
        String what = name.isEmpty() ? resource.toString() : resource + " \"" + name + "\"";
        return of(403, "Forbidden", what + " is forbidden: " + why, on(resource, name));
    }

    /** Nothing new is made in a namespace that is going; clients tell by the cause. */
    public static ApiException terminating(GroupResource resource, String name, String namespace) {
        StatusCause cause =
                StatusCause.builder()
                        .reason("NamespaceTerminating")
                        .message("namespace " + namespace + " is being terminated")
                        .field("metadata.namespace")
                        .build();
        return of(
                403,
                "Forbidden",
                "%s \"%s\" is forbidden: unable to create new content in namespace %s because it is being terminated"
                        .formatted(resource, name, namespace),
                d -> on(resource, name).apply(d).causes(List.of(cause)));
    }

    /** A path that is no resource. */
    public static ApiException forbiddenPath(String message) {
        return about(403, "Forbidden", "forbidden: " + message);
    }

    public static ApiException methodNotSupported(GroupResource resource, String verb) {
        return of(
                405,
                "MethodNotAllowed",
                "%s is not supported on resources of kind \"%s\"".formatted(verb, resource),
                on(resource, ""));
    }

    /** A path that is not asked for by that method of HTTP. */
    public static ApiException methodNotAllowed() {
        return about(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource");
    }

    public static ApiException notAcceptable(String accepted) {
        return mismatch("only the following media types are accepted: " + accepted);
    }

    /** The answer is not what could be sent in the form that was asked for. */
    public static ApiException mismatch(String why) {
        return of(406, "NotAcceptable", why, d -> d);
    }

    /** No media type is one that the path has; looked at before anything else is. */
    public static ApiException noRepresentation(String available) {
        return about(
                406,
                "NotAcceptable",
                "406: Not Acceptable\n\nAvailable representations: " + available);
    }

    /** The media type is none that the path takes; looked at before anything else is. */
    public static ApiException unsupportedMediaType() {
        return about(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }

    public static ApiException unsupportedMediaType(String accepted) {
        return of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + accepted,
                d -> d);
    }

    /** The revision asked for is no longer kept: list again. */
    public static ApiException expired(String message) {
        return of(410, "Expired", message, d -> d);
    }

    /** As {@link #expired(String)}, where a list may go on by a token in another state. */
    public static ApiException expired(String message, String continueToken) {
        return new ApiException(
                expired(message).status().toBuilder()
                        .metadata(m -> m.continue_(continueToken))
                        .build());
    }

    public static ApiException tooLarge(String message) {
        return of(413, "RequestEntityTooLarge", message, d -> d);
    }

    public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
        return of(429, "TooManyRequests", message, d -> d.retryAfterSeconds(retryAfterSeconds));
    }

    /**
     * A pod that may not be evicted now. Clients know this from too many requests by the cause, and
     * don't try again by themselves where nothing says after how long.
     */
    public static ApiException disruptionBudget(String why, int retryAfterSeconds) {
        return of(
                429,
                "TooManyRequests",
                "Cannot evict pod as it would violate the pod's disruption budget.",
                d -> {
                    d.causes(
                            List.of(
                                    StatusCause.builder()
                                            .reason("DisruptionBudget")
                                            .message(why)
                                            .build()));
                    return retryAfterSeconds > 0 ? d.retryAfterSeconds(retryAfterSeconds) : d;
                });
    }

    public static ApiException timeout(String message, int retryAfterSeconds) {
        return of(504, "Timeout", message, d -> d.retryAfterSeconds(retryAfterSeconds));
    }

    /** A list at a revision that this server has not seen yet. */
    public static ApiException tooLargeResourceVersion(long wanted, long current) {
        String message = "Too large resource version: %d, current: %d".formatted(wanted, current);
        return of(
                504,
                "Timeout",
                message,
                d ->
                        d.retryAfterSeconds(1)
                                .causes(
                                        List.of(
                                                StatusCause.builder()
                                                        .reason("ResourceVersionTooLarge")
                                                        .message("Too large resource version")
                                                        .build())));
    }

    public static ApiException unavailable(String message) {
        return of(503, "ServiceUnavailable", message, d -> d.retryAfterSeconds(1));
    }

    /** The store is full. Trying again at once is of no use, so clients are not asked to. */
    public static ApiException insufficientStorage(String message) {
        return of(507, "InsufficientStorage", message, d -> d);
    }

    public static ApiException internal(String message) {
        return of(500, "InternalError", "Internal error occurred: " + message, d -> d);
    }

    /** What another server, such as a kubelet, refused with, in its own words. */
    public static ApiException passedOn(int code, String message) {
        String reason =
                switch (code) {
                    case 400 -> "BadRequest";
                    case 401 -> "Unauthorized";
                    case 403 -> "Forbidden";
                    case 404 -> "NotFound";
                    case 409 -> "Conflict";
                    default -> "InternalError";
                };
        return of(code, reason, message, d -> d);
    }

    /** The answer to a request that did what it should and has nothing else to say. */
    public static Status success() {
        return Status.builder().status("Success").code(200).build();
    }

    private static UnaryOperator<StatusDetails.Builder> on(GroupResource resource, String name) {
        return d -> {
            StatusDetails.Builder details = d.kind(resource.resource());
            if (!resource.group().isEmpty()) {
                details.group(resource.group());
            }
            return name.isEmpty() ? details : details.name(name);
        };
    }

    /** What the path alone is the reason for has details, though there are none. */
    private static ApiException about(int code, String reason, String message) {
        return new ApiException(
                Status.builder()
                        .status("Failure")
                        .code(code)
                        .message(message)
                        .reason(reason)
                        .details(StatusDetails.builder().build())
                        .build());
    }

    private static ApiException of(
            int code, String reason, String message, UnaryOperator<StatusDetails.Builder> details) {
        StatusDetails built = details.apply(StatusDetails.builder()).build();
        Status.Builder status = Status.builder().status("Failure").code(code).message(message);
        if (!reason.isEmpty()) {
            status.reason(reason);
        }
        return new ApiException(
                (built.struct().isEmpty() ? status : status.details(built)).build());
    }
}
