package dev.quilla.apiserver.http;

import dev.quilla.apiserver.http.Representation.Media;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply.EventSource.Frame;
import dev.quilla.apiserver.table.Partials;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.codec.YamlCodec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** Objects and events as bytes, in the form that a client wants. Thread-safe. */
final class ObjectEncoder {

    private final ResourceRegistry registry;
    private final TableWriter tables;

    ObjectEncoder(ResourceRegistry registry, TableWriter tables) {
        this.registry = registry;
        this.tables = tables;
    }

    /**
     * What a client wants to see.
     *
     * @param asked the resource that it asked for, as it was then: it may be gone before a watch is
     */
    record Wanted(ApiCall call, Representation form, Optional<ServedResource> asked) {}

    /** What a call wants in that form. */
    Wanted wanted(ApiCall call, Representation form) {
        return new Wanted(call, form, registry.find(call.info().gvr()));
    }

    /** An answer's object. */
    byte[] object(Wanted wanted, Struct object) {
        return encode(wanted, object, true);
    }

    /**
     * An event of a watch, with what separates it from the next.
     *
     * @param first whether it is the first one: a table says only then what its columns are
     */
    byte[] event(Wanted wanted, Frame frame, boolean first) {
        if (wanted.form().media() == Media.PROTOBUF) {
            return ProtobufCodec.encodeEvent(frame.type(), shaped(wanted, frame.object()));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
        out.writeBytes(utf8("{\"type\":\"" + frame.type() + "\",\"object\":"));
        out.writeBytes(encode(wanted, frame.object(), first));
        out.writeBytes(utf8("}\n"));
        return out.toByteArray();
    }

    private byte[] encode(Wanted wanted, Struct object, boolean withColumns) {
        Representation form = wanted.form();
        if (form.shape() == Shape.TABLE) {
            Optional<ServedResource> resource = resource(wanted, object);
            if (resource.isPresent()) {
                byte[] table =
                        tables.write(
                                resource.get(),
                                object,
                                withColumns,
                                wanted.call().text("includeObject"));
                return form.media() == Media.YAML
                        ? yaml(Objects.requireNonNull(JsonTree.parse(table)))
                        : table;
            }
        }
        return whole(form.media(), shaped(wanted, object));
    }

    /** All of an object. */
    static byte[] whole(Media media, Struct object) {
        return switch (media) {
            case JSON -> JsonCodec.encode(object);
            case YAML -> yaml(JsonCodec.toTree(object));
            case PROTOBUF -> ProtobufCodec.encode(object);
        };
    }

    private static Struct shaped(Wanted wanted, Struct object) {
        if (wanted.form().shape() != Shape.PARTIAL || resource(wanted, object).isEmpty()) {
            return object;
        }
        return object.definition().find("items").isPresent()
                ? Partials.ofList(object)
                : Partials.of(object);
    }

    /** The resource that was asked for, if that is one of its objects or lists. */
    private static Optional<ServedResource> resource(Wanted wanted, Struct object) {
        Definition definition = object.definition();
        return wanted.asked()
                .filter(r ->
                        r.type().definition() == definition
                                || r.type()
                                        .listDefinition()
                                        .filter(definition::equals)
                                        .isPresent());
    }

    private static byte[] yaml(Object tree) {
        return utf8(YamlCodec.write(tree));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
