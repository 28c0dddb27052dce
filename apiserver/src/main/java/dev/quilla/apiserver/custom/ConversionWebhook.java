package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.outbound.Target;
import dev.quilla.apiserver.registry.Converter;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinition;
import dev.quilla.model.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.quilla.model.apiextensions.v1.ServiceReference;
import dev.quilla.model.apiextensions.v1.WebhookClientConfig;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a server outside convert the objects of a custom kind: {@code ConversionReview} of {@code
 * apiextensions.k8s.io/v1}. Many objects go in one call. Thread-safe.
 */
final class ConversionWebhook implements Converter.Conversion {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OBJECTS_MAX = 200;
    private static final String KIND = "apiextensions.k8s.io/v1, Kind=ConversionReview";

    /** What of an object's metadata a conversion may change. */
    private static final List<String> CONVERTED = List.of("labels", "annotations");

    /** What it may not even try to change. */
    private static final List<String> KEPT = List.of("name", "namespace", "uid");

    private final WebhookClientConfig server;
    private final String kind;
    private final String stored;
    private final OutboundClient client;
    private final Supplier<String> newUid;

    ConversionWebhook(
            CustomResourceDefinition crd, OutboundClient client, Supplier<String> newUid) {
        this.server = crd.spec().conversion().webhook().clientConfig();
        this.kind = crd.spec().names().kind();
        this.stored =
                crd.spec().group()
                        + "/"
                        + crd.spec().versions().stream()
                                .filter(CustomResourceDefinitionVersion::storage)
                                .map(CustomResourceDefinitionVersion::name)
                                .findFirst()
                                .orElseThrow();
        this.client = client;
        this.newUid = newUid;
    }

    @Override
    public String stored() {
        return stored;
    }

    @Override
    public List<Map<String, @Nullable Object>> convert(
            String version, List<Map<String, @Nullable Object>> objects) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        for (int from = 0; from < objects.size(); from += OBJECTS_MAX) {
            int to = Math.min(from + OBJECTS_MAX, objects.size());
            all.addAll(some(version, objects.subList(from, to)));
        }
        return all;
    }

    private List<Map<String, @Nullable Object>> some(
            String version, List<Map<String, @Nullable Object>> objects) {
        try {
            List<?> converted = ask(version, objects);
            if (converted.size() != objects.size()) {
                throw new OutboundException(
                        "returned %d objects, expected %d"
                                .formatted(converted.size(), objects.size()));
            }
            List<Map<String, @Nullable Object>> all = new ArrayList<>();
            for (int i = 0; i < objects.size(); i++) {
                all.add(checked(version, objects.get(i), converted.get(i), i));
            }
            return all;
        } catch (OutboundException | DecodeException e) {
            throw failed(objects.getFirst(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the request was given up while objects were converted");
        }
    }

    private ApiException failed(Map<String, @Nullable Object> object, String why) {
        return ApiErrors.internal(
                "conversion webhook for %s, Kind=%s failed: %s"
                        .formatted(object.get("apiVersion"), kind, why));
    }

    private List<?> ask(String version, List<Map<String, @Nullable Object>> objects)
            throws OutboundException, InterruptedException {
        String uid = newUid.get();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("uid", uid);
        request.put("desiredAPIVersion", version);
        request.put("objects", objects);
        Map<String, Object> review = new LinkedHashMap<>();
        review.put("kind", "ConversionReview");
        review.put("apiVersion", "apiextensions.k8s.io/v1");
        review.put("request", request);
        byte[] answer =
                client.post(target(), JsonTree.write(review), PATIENCE).body().encoded().shared();
        return converted(JsonTree.parseObject(answer), uid);
    }

    private Target target() throws OutboundException {
        String authorities = server.caBundle().toUtf8();
        if (!server.hasService()) {
            return Target.at(server.url(), authorities);
        }
        ServiceReference service = server.service();
        return Target.behind(
                service.namespace(), service.name(), service.port(), service.path(), authorities);
    }

    private static List<?> converted(Map<String, @Nullable Object> review, String uid)
            throws OutboundException {
        String told = review.get("apiVersion") + ", Kind=" + review.get("kind");
        if (!told.equals(KIND)) {
            throw new OutboundException("expected webhook response of " + KIND + ", got " + told);
        }
        if (!(review.get("response") instanceof Map<?, ?> response)) {
            throw new OutboundException("no response provided");
        }
        if (!uid.equals(response.get("uid"))) {
            throw new OutboundException(
                    "expected response.uid=\"%s\", got \"%s\""
                            .formatted(uid, Objects.requireNonNullElse(response.get("uid"), "")));
        }
        Map<?, ?> result = response.get("result") instanceof Map<?, ?> map ? map : Map.of();
        if (!"Success".equals(result.get("status"))) {
            Object message = result.get("message");
            throw new OutboundException(
                    message instanceof String text && !text.isEmpty()
                            ? text
                            : "response.result.status was '%s', not 'Success'"
                                    .formatted(
                                            Objects.requireNonNullElse(result.get("status"), "")));
        }
        return response.get("convertedObjects") instanceof List<?> list ? list : List.of();
    }

    /** An object as it was converted, with the metadata that it had. */
    private Map<String, @Nullable Object> checked(
            String version,
            Map<String, @Nullable Object> original,
            @Nullable Object converted,
            int index)
            throws OutboundException {
        if (!(converted instanceof Map<?, ?> tree)) {
            throw invalid(index, "it is no object");
        }
        same(index, "apiVersion", version, tree.get("apiVersion"));
        same(index, "kind", original.get("kind"), tree.get("kind"));
        Map<?, ?> before = metadata(original);
        Map<?, ?> after = metadata(tree);
        for (String name : KEPT) {
            same(index, "metadata." + name, before.get(name), after.get(name));
        }
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        before.forEach((name, value) -> metadata.put((String) name, value));
        for (String name : CONVERTED) {
            metadata.remove(name);
            if (after.get(name) instanceof Map<?, ?> texts) {
                metadata.put(name, texts);
            }
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        tree.forEach((name, value) -> object.put((String) name, value));
        object.put("metadata", metadata);
        return object;
    }

    private static Map<?, ?> metadata(Map<?, ?> object) {
        return object.get("metadata") instanceof Map<?, ?> metadata ? metadata : Map.of();
    }

    private static void same(
            int index, String what, @Nullable Object wanted, @Nullable Object found)
            throws OutboundException {
        String a = String.valueOf(Objects.requireNonNullElse(wanted, ""));
        String b = String.valueOf(Objects.requireNonNullElse(found, ""));
        if (!a.equals(b)) {
            throw invalid(index, "%s must be \"%s\", not \"%s\"".formatted(what, a, b));
        }
    }

    private static OutboundException invalid(int index, String why) {
        return new OutboundException(
                "returned invalid converted object at index %d: %s".formatted(index, why));
    }
}
