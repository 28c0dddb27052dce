package dev.quilla.apiserver.http;

import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sends a watch's events, one JSON object after the other. */
final class WatchSender {

    private static final Duration WAIT = Duration.ofSeconds(5);

    private final TableWriter tables;
    private final ResourceRegistry registry;

    WatchSender(TableWriter tables, ResourceRegistry registry) {
        this.tables = tables;
        this.registry = registry;
    }

    void send(HttpExchange exchange, ApiCall call, ApiReply.EventSource source) throws IOException {
        exchange.onCancel(source::close);
        Representation form = Representation.of(call.accept());
        try (source;
                OutputStream out =
                        exchange.stream(200, Headers.of("Content-Type", "application/json"))) {
            boolean first = true;
            while (true) {
                Optional<List<ApiReply.EventSource.Frame>> frames = source.next(WAIT);
                if (frames.isEmpty()) {
                    return;
                }
                ByteArrayOutputStream batch = new ByteArrayOutputStream();
                for (ApiReply.EventSource.Frame frame : frames.get()) {
                    batch.write(
                            ("{\"type\":\"" + frame.type() + "\",\"object\":")
                                    .getBytes(StandardCharsets.UTF_8));
                    batch.write(encode(call, form, frame, first));
                    batch.write("}\n".getBytes(StandardCharsets.UTF_8));
                    first = false;
                }
                if (batch.size() > 0) {
                    out.write(batch.toByteArray());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] encode(
            ApiCall call, Representation form, ApiReply.EventSource.Frame frame, boolean first) {
        Struct object = frame.object();
        Optional<ServedResource> resource =
                registry.find(call.info().gvr())
                        .filter(r -> r.type().definition() == object.definition());
        if (resource.isEmpty()) {
            return JsonCodec.encode(object);
        }
        return switch (form) {
            case TABLE -> tables.write(resource.get(), object, first, call.text("includeObject"));
            case PARTIAL -> JsonTree.write(TableWriter.partial(object));
            case JSON, YAML -> JsonCodec.encode(object);
        };
    }
}
