package dev.quilla.client;

import dev.quilla.model.ApiException;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.meta.v1.Status;
import java.util.List;

/**
 * What the API answered.
 *
 * @param code the HTTP status code; failures come as a {@code Status} in the body
 * @param warnings what the server wants people to be told, in its words
 */
public record ApiResponse(int code, Body body, List<String> warnings) {

    private static final int MESSAGE_MAX = 1024;

    public ApiResponse {
        warnings = List.copyOf(warnings);
    }

    /** An answer without warnings. */
    public static ApiResponse of(int code, Body body) {
        return new ApiResponse(code, body, List.of());
    }

    /** Whether the call did what it should. */
    public boolean ok() {
        return code < 400;
    }

    /**
     * This answer, if it is a good one.
     *
     * @throws ApiException otherwise, with what the server said
     */
    public ApiResponse orThrow() {
        if (!ok()) {
            throw failure();
        }
        return this;
    }

    /** What went wrong, for an answer that isn't {@link #ok()}. */
    public ApiException failure() {
        try {
            Status status = new Status(body.struct(Status.definition()));
            if (status.hasMessage() || status.hasReason()) {
                return new ApiException(status.toBuilder().code(code).build());
            }
        } catch (DecodeException e) {
            // Something between us and the API answered: pass its words on.
        }
        String text = body.encoded().toUtf8().strip();
        String message = text.isEmpty() ? "the server answered with HTTP " + code : text;
        return new ApiException(
                Status.builder()
                        .status("Failure")
                        .code(code)
                        .reason(reason())
                        .message(message.substring(0, Math.min(message.length(), MESSAGE_MAX)))
                        .build());
    }

    private String reason() {
        return switch (code) {
            case 400 -> "BadRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 409 -> "Conflict";
            case 410 -> "Expired";
            case 413 -> "RequestEntityTooLarge";
            case 415 -> "UnsupportedMediaType";
            case 422 -> "Invalid";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            case 504 -> "Timeout";
            default -> code >= 500 ? "InternalError" : "Unknown";
        };
    }
}
