package dev.quilla.apiserver.http;

import dev.quilla.apiserver.http.Representation.Media;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply.EventSource.Frame;
import dev.quilla.apiserver.request.ListText;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.apiserver.request.SplicedJson;
import dev.quilla.apiserver.table.Partials;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Definition;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import dev.quilla.model.codec.ProtobufList;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Objects and events as bytes, in the form that a client wants. Thread-safe. */
final class ObjectEncoder {

    private static final byte[] EVENT_END = {'}', '\n'};

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
    byte[] object(Wanted wanted, Outgoing outgoing) throws IOException {
        if (isWholeJson(wanted)) {
            Optional<SplicedJson> json = outgoing.json();
            if (json.isPresent()) {
                return json.get().toBytes();
            }
        }
        return encode(wanted, outgoing.object(), true);
    }

    /** An answer's list; no more than some of it is made at a time. */
    void list(Wanted wanted, OutgoingList list, OutputStream out) throws IOException {
        Optional<ServedResource> resource = resource(wanted, list.frame());
        Media media = wanted.form().media();
        switch (resource.isEmpty() ? Shape.WHOLE : wanted.form().shape()) {
            case WHOLE -> {
                if (media == Media.PROTOBUF) {
                    ProtobufList.write(list.frame(), list.items(), Outgoing::object, out);
                } else {
                    text(media).write(list.frame(), list.items(), ObjectEncoder::json, out);
                }
            }
            case PARTIAL -> throw notOne(resource.orElseThrow());
            case PARTIAL_LIST -> {
                String version = wanted.form().groupVersion();
                Struct frame = Partials.ofList(list.frame(), version);
                if (media == Media.PROTOBUF) {
                    ProtobufList.write(
                            frame, list.items(), item -> Partials.of(item.object(), version), out);
                } else {
                    text(media)
                            .write(
                                    frame,
                                    list.items(),
                                    (item, to) ->
                                            to.write(
                                                    JsonCodec.encode(
                                                            Partials.of(item.object(), version))),
                                    out);
                }
            }
            case TABLE -> tables.write(resource.orElseThrow(), list, table(wanted, true), out);
            case GROUPS, STATUS_PAGE ->
                    throw new IllegalStateException("these are not asked for as that");
        }
    }

    private static ListText text(Media media) {
        return media == Media.YAML ? ListText.YAML : ListText.JSON;
    }

    /**
     * An event of a watch, with what separates it from the next.
     *
     * @param first whether it is the first one: a table says only then what its columns are
     */
    byte[] event(Wanted wanted, Frame frame, boolean first) throws IOException {
        Representation form = wanted.form();
        if (form.shape() == Shape.TABLE) {
            // Whatever else it is, a table depends on what its client includes.
            return jsonEvent(frame.type(), encode(wanted, frame.object(), first));
        }
        return frame.outgoing()
                .encoded(
                        new EventForm(frame.type(), form),
                        () ->
                                form.media() == Media.PROTOBUF
                                        ? ProtobufCodec.encodeEvent(
                                                frame.type(), shaped(wanted, frame.object()))
                                        : jsonEvent(
                                                frame.type(), object(wanted, frame.outgoing())));
    }

    private record EventForm(String type, Representation form) {}

    private static byte[] jsonEvent(String type, byte[] object) {
        byte[] begin = utf8("{\"type\":\"" + type + "\",\"object\":");
        byte[] event = Arrays.copyOf(begin, begin.length + object.length + EVENT_END.length);
        System.arraycopy(object, 0, event, begin.length, object.length);
        System.arraycopy(EVENT_END, 0, event, begin.length + object.length, EVENT_END.length);
        return event;
    }

    private static boolean isWholeJson(Wanted wanted) {
        return wanted.form().media() == Media.JSON && wanted.form().shape() == Shape.WHOLE;
    }

    private static void json(Outgoing outgoing, OutputStream out) throws IOException {
        Optional<SplicedJson> json = outgoing.json();
        if (json.isPresent()) {
            json.get().writeTo(out);
        } else {
            out.write(JsonCodec.encode(outgoing.object()));
        }
    }

    private byte[] encode(Wanted wanted, Struct object, boolean withColumns) throws IOException {
        Representation form = wanted.form();
        if (form.shape() == Shape.TABLE) {
            boolean scale = object.definition() == Scale.definition();
            Optional<ServedResource> resource = resource(wanted, object);
            if (scale || resource.isPresent()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
                TableWriter.Form table = table(wanted, withColumns);
                if (scale) {
                    tables.writeScale(object, table, out);
                } else {
                    tables.write(resource.get(), asList(object), table, out);
                }
                return out.toByteArray();
            }
        }
        return whole(form.media(), shaped(wanted, object));
    }

    /** A table of one object has one row. */
    private static OutgoingList asList(Struct object) {
        List<Outgoing> items = new ArrayList<>();
        if (object.definition().find("items").isEmpty()) {
            items.add(() -> object);
        } else {
            for (Object item : (List<?>) object.find("items").orElse(List.of())) {
                items.add(() -> (Struct) item);
            }
        }
        return new OutgoingList(object, items);
    }

    private static TableWriter.Form table(Wanted wanted, boolean withColumns) {
        Representation form = wanted.form();
        return new TableWriter.Form(
                withColumns,
                wanted.call().text("includeObject"),
                text(form.media()),
                form.groupVersion());
    }

    /** All of an object. */
    static byte[] whole(Media media, Struct object) {
        return switch (media) {
            case JSON -> JsonCodec.encode(object);
            case YAML -> yaml(JsonCodec.toTree(object));
            case PROTOBUF -> ProtobufCodec.encode(object);
        };
    }

    /** What tells which groups, versions or resources there are, or what runs here. */
    static byte[] discovery(Media media, Map<String, @Nullable Object> tree) {
        return switch (media) {
            case JSON -> JsonTree.write(tree);
            case YAML -> yaml(tree);
            case PROTOBUF -> {
                String version = String.valueOf(tree.get("apiVersion"));
                String module =
                        version.startsWith("apidiscovery.") ? "apidiscovery.v2." : "meta.v1.";
                yield ProtobufCodec.encode(
                        JsonCodec.fromTree(
                                Schema.builtin().definition(module + tree.get("kind")), tree));
            }
        };
    }

    private static Struct shaped(Wanted wanted, Struct object) {
        Optional<ServedResource> resource = resource(wanted, object);
        if (resource.isEmpty()) {
            return object;
        }
        boolean list = object.definition().find("items").isPresent();
        String version = wanted.form().groupVersion();
        return switch (wanted.form().shape()) {
            case PARTIAL -> {
                if (list) {
                    throw notOne(resource.get());
                }
                yield Partials.of(object, version);
            }
            case PARTIAL_LIST -> {
                if (!list) {
                    throw ApiErrors.mismatch(
                            "you requested PartialObjectMetadataList, but the requested object is not a list (*%s)"
                                    .formatted(typeName(resource.get(), "")));
                }
                yield Partials.ofList(object, version);
            }
            case WHOLE, TABLE, GROUPS, STATUS_PAGE -> object;
        };
    }

    private static ApiException notOne(ServedResource resource) {
        return ApiErrors.mismatch(
                "you requested PartialObjectMetadata, but the requested object is a list (*%s)"
                        .formatted(typeName(resource, "List")));
    }

    /** What kube-apiserver calls the type within itself: people find the words by it. */
    private static String typeName(ServedResource resource, String suffix) {
        ApiResource type = resource.type();
        if (type.definition().custom()) {
            return "unstructured.Unstructured" + suffix;
        }
        String group = type.gvk().group().split("\\.")[0];
        boolean core = group.isEmpty() || group.equals("events");
        return (core ? "core" : group) + "." + type.gvk().kind() + suffix;
    }

    /**
     * The resource that was asked for, if that is one of its objects or lists, or metadata that
     * stands for one.
     */
    private static Optional<ServedResource> resource(Wanted wanted, Struct object) {
        Definition definition = object.definition();
        return wanted.asked()
                .filter(r ->
                        r.type().definition() == definition
                                || definition == PartialObjectMetadata.definition()
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
