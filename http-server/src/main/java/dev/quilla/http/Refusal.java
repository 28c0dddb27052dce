package dev.quilla.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** How a request is answered that could not be understood. */
record Refusal(HttpResponseStatus status, String why) {

    static Refusal of(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line ->
                    new Refusal(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the path is too long");
            case TooLongHttpHeaderException header ->
                    new Refusal(
                            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "the header fields are too long");
            default -> new Refusal(HttpResponseStatus.BAD_REQUEST, "the request is not valid HTTP");
        };
    }
}
