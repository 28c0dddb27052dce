package dev.quilla.apiserver.discovery;

import dev.quilla.model.Definition;
import dev.quilla.model.codec.ProtobufCodec;
import java.util.List;

/**
 * The forms in which objects are sent and answered.
 *
 * @param read of bodies
 * @param written of answers
 * @param streams of lists that may be watched
 * @param patches of changes
 * @param withText of what is text unless it is an error
 */
record MediaTypes(
        List<String> read,
        List<String> written,
        List<String> streams,
        List<String> patches,
        List<String> withText) {

    static final String JSON = "application/json";

    /** Whatever there is behind a connection. */
    static final List<String> ANY = List.of("*/*");

    private static final String YAML = "application/yaml";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final String WATCH = ";stream=watch";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";

    /** Of kinds with protobuf messages. */
    static final MediaTypes ALL =
            new MediaTypes(
                    ANY,
                    List.of(JSON, YAML, PROTOBUF),
                    List.of(JSON, YAML, PROTOBUF, JSON + WATCH, PROTOBUF + WATCH),
                    List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY),
                    List.of("text/plain", JSON, YAML, PROTOBUF));

    private static final MediaTypes TEXTS =
            new MediaTypes(
                    ANY,
                    List.of(JSON, YAML),
                    List.of(JSON, YAML, JSON + WATCH),
                    List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY),
                    List.of("text/plain", JSON, YAML));

    private static final MediaTypes CUSTOM =
            new MediaTypes(
                    List.of(JSON, YAML),
                    List.of(JSON, YAML),
                    List.of(JSON, YAML),
                    List.of(JSON_PATCH, MERGE_PATCH, APPLY),
                    List.of());

    /** Those of a kind's objects. */
    static MediaTypes of(Definition definition) {
        if (definition.custom()) {
            return CUSTOM;
        }
        return ProtobufCodec.supports(definition) ? ALL : TEXTS;
    }
}
