package dev.quilla.apiserver.aggregation;

import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What other servers say that they serve; remembered for a while. Thread-safe. */
final class RemoteDiscovery {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteDiscovery.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    /** Nobody waits for a server that is gone with each request. */
    private static final Duration FAILURE_REMEMBERED = Duration.ofSeconds(3);

    private final Aggregator aggregator;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /**
     * What one has said.
     *
     * @param resources in the aggregated form; empty if there was no answer
     * @param openApi where its document is that describes the version; empty if it has none
     * @param swagger what it says of the version in OpenAPI 2; empty if nothing
     */
    record Known(
            Object spec,
            Instant until,
            Optional<List<Map<String, @Nullable Object>>> resources,
            String openApi,
            Optional<MergedSwagger.Part> swagger) {}

    RemoteDiscovery(Aggregator aggregator, InstantSource clock) {
        this.aggregator = aggregator;
        this.clock = clock;
    }

    /** What the server of a version says. */
    Known of(APIService service) {
        Known last = known.get(service.name());
        Instant now = clock.instant();
        if (last != null && last.spec().equals(spec(service)) && now.isBefore(last.until())) {
            return last;
        }
        Known asked = ask(service, now);
        known.put(service.name(), asked);
        known.keySet()
                .removeIf(name ->
                        aggregator.services().all().stream().noneMatch(s -> s.name().equals(name)));
        return asked;
    }

    /** An answer counts for as long as the same server is there. */
    private static Object spec(APIService service) {
        return List.of(service.spec().struct(), ApiServices.isAvailable(service));
    }

    private Known ask(APIService service, Instant now) {
        Instant failedUntil = now.plus(FAILURE_REMEMBERED);
        if (!ApiServices.isAvailable(service)) {
            return silent(service, failedUntil);
        }
        String version = service.spec().group() + "/" + service.spec().version();
        try {
            Map<String, @Nullable Object> list = get(service, "/apis/" + version);
            return new Known(
                    spec(service),
                    now.plus(REMEMBERED),
                    Optional.of(resources(service, list)),
                    openApi(service, "apis/" + version),
                    swagger(service));
        } catch (OutboundException | DecodeException e) {
            LOG.warn("{} does not say what it serves: {}", service.name(), e.getMessage());
            return silent(service, failedUntil);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the request was given up");
        }
    }

    private static Known silent(APIService service, Instant until) {
        return new Known(spec(service), until, Optional.empty(), "", Optional.empty());
    }

    private Map<String, @Nullable Object> get(APIService service, String path)
            throws OutboundException, InterruptedException {
        return JsonTree.parseObject(
                aggregator.ask(service, path, PATIENCE).body().encoded().shared());
    }

    /** Not all servers describe what they serve. */
    private String openApi(APIService service, String name) throws InterruptedException {
        try {
            return get(service, "/openapi/v3").get("paths") instanceof Map<?, ?> paths
                            && paths.get(name) instanceof Map<?, ?> entry
                            && entry.get("serverRelativeURL") instanceof String url
                            && url.startsWith("/openapi/v3/" + name)
                    ? url
                    : "";
        } catch (OutboundException | DecodeException e) {
            LOG.debug("{} has no document of OpenAPI: {}", service.name(), e.getMessage());
            return "";
        }
    }

    private Optional<MergedSwagger.Part> swagger(APIService service) throws InterruptedException {
        try {
            return Optional.of(
                    MergedSwagger.part(
                            get(service, "/openapi/v2"),
                            service.spec().group(),
                            service.spec().version()));
        } catch (OutboundException | DecodeException | IllegalArgumentException e) {
            LOG.debug("{} has no document of OpenAPI 2: {}", service.name(), e.getMessage());
            return Optional.empty();
        }
    }

    private static List<Map<String, @Nullable Object>> resources(
            APIService service, Map<String, @Nullable Object> list) {
        Map<String, Map<String, @Nullable Object>> byName = new LinkedHashMap<>();
        List<?> all = list.get("resources") instanceof List<?> found ? found : List.of();
        for (Object one : all) {
            if (one instanceof Map<?, ?> entry && entry.get("name") instanceof String name) {
                int slash = name.indexOf('/');
                if (slash < 0) {
                    byName.put(name, resource(service, entry));
                } else {
                    Map<String, @Nullable Object> resource = byName.get(name.substring(0, slash));
                    if (resource != null) {
                        add(resource, subresource(service, entry, name.substring(slash + 1)));
                    }
                }
            }
        }
        return List.copyOf(byName.values());
    }

    @SuppressWarnings("unchecked") // made below
    private static void add(Map<String, @Nullable Object> resource, Map<String, Object> sub) {
        ((List<Object>) resource.computeIfAbsent("subresources", n -> new ArrayList<>())).add(sub);
    }

    private static Map<String, @Nullable Object> resource(APIService service, Map<?, ?> entry) {
        Map<String, @Nullable Object> resource = new LinkedHashMap<>();
        resource.put("resource", entry.get("name"));
        resource.put("responseKind", kind(service, entry));
        resource.put(
                "scope", Boolean.TRUE.equals(entry.get("namespaced")) ? "Namespaced" : "Cluster");
        resource.put("singularResource", text(entry.get("singularName")));
        resource.put("verbs", list(entry.get("verbs")));
        if (entry.get("shortNames") instanceof List<?> names) {
            resource.put("shortNames", names);
        }
        if (entry.get("categories") instanceof List<?> names) {
            resource.put("categories", names);
        }
        return resource;
    }

    private static Map<String, Object> subresource(
            APIService service, Map<?, ?> entry, String name) {
        return Map.of(
                "subresource",
                name,
                "responseKind",
                kind(service, entry),
                "verbs",
                list(entry.get("verbs")));
    }

    private static Map<String, String> kind(APIService service, Map<?, ?> entry) {
        String version = text(entry.get("version"));
        return Map.of(
                "group",
                version.isEmpty() ? service.spec().group() : text(entry.get("group")),
                "version",
                version.isEmpty() ? service.spec().version() : version,
                "kind",
                text(entry.get("kind")));
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
