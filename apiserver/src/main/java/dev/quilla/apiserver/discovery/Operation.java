package dev.quilla.apiserver.discovery;

import dev.quilla.model.GroupVersionKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked for at a path by a method; the same for both versions of OpenAPI.
 *
 * @param method of HTTP, in lower case
 * @param id tells it from all others; client generators name functions by it
 * @param tag the version of a group that it belongs to
 * @param about what it does to what; empty for what is no resource
 * @param parameters beside the body
 * @param body what is sent, if anything is
 * @param answers by code
 * @param produces the media types of answers
 */
record Operation(
        String method,
        String id,
        String tag,
        String description,
        Optional<About> about,
        List<Parameter> parameters,
        Optional<Body> body,
        Map<String, Answer> answers,
        List<String> consumes,
        List<String> produces) {

    Operation {
        parameters = List.copyOf(parameters);
    }

    /** What is done to objects of a kind. */
    record About(String action, GroupVersionKind kind) {}

    /**
     * What is sent.
     *
     * @param schema what it is like
     */
    record Body(Map<String, @Nullable Object> schema, boolean required) {}

    /**
     * What is answered.
     *
     * @param schema what it is like
     */
    record Answer(String description, Map<String, @Nullable Object> schema) {}
}
