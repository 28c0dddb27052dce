package dev.quilla.apiserver.http;

import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.IssuerDocuments;
import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.http.Representation.Possible;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The paths beside the API's objects: health, figures, keys, what is served, documents. */
final class PlainPaths {

    private static final String JSON = "application/json";
    private static final String FLOWS = "/debug/api_priority_and_fairness/";

    private final ResourceRegistry registry;
    private final AggregatedDiscovery discovery;
    private final Health health;
    private final HealthPaths healthPaths;
    private final PathIndex index;
    private final BackupSender backups;
    private final FlowControl flows;
    private final KeyPaths keys;
    private final Audit audit;
    private final IssuerDocuments issuer;
    private final RequestCounter counter;
    private final StatusPage statusPage;

    PlainPaths(
            ResourceRegistry registry,
            AggregatedDiscovery discovery,
            Health health,
            BackupSender backups,
            FlowControl flows,
            KeyPaths keys,
            Audit audit,
            IssuerDocuments issuer,
            RequestCounter counter,
            StatusPage statusPage) {
        this.registry = registry;
        this.discovery = discovery;
        this.health = health;
        this.healthPaths = new HealthPaths(health);
        this.index = new PathIndex(discovery, healthPaths);
        this.backups = backups;
        this.flows = flows;
        this.keys = keys;
        this.audit = audit;
        this.issuer = issuer;
        this.counter = counter;
        this.statusPage = statusPage;
    }

    /** Answers the code. */
    int answer(HttpExchange exchange, RequestInfo info) throws IOException {
        String path = info.path();
        if (keys.handles(path)) {
            keys.handle(exchange);
            return 200;
        }
        if (healthPaths.answers(exchange)) {
            return 200;
        }
        if (path.equals("/statusz")) {
            statusPage.answer(exchange, Representation.accepted(exchange));
            return 200;
        }
        if (path.equals(OpenApi.ROOT_V2)
                || path.equals(OpenApi.ROOT)
                || path.startsWith(OpenApi.ROOT + "/")) {
            return described(exchange, path);
        }
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            if (path.equals("/version") || discovery.at(path, Discovery.Form.PLAIN).isPresent()) {
                throw ApiErrors.methodNotAllowed();
            }
            return missing(exchange);
        }
        switch (path) {
            case "/" -> {
                respond(exchange, 200, JSON, JsonTree.write(Map.of("paths", index.paths())));
                return 200;
            }
            case "/version", "/version/" -> {
                respond(exchange, 200, JSON, JsonTree.write(health.version()));
                return 200;
            }
            case "/metrics" -> {
                figures(
                        exchange,
                        counter.text() + health.metrics() + flows.metrics() + audit.metrics());
                return 200;
            }
            case "/metrics/slis" -> {
                figures(exchange, healthPaths.metrics());
                return 200;
            }
            case FLOWS + "dump_priority_levels" -> {
                text(exchange, flows.levels());
                return 200;
            }
            case FLOWS + "dump_queues" -> {
                text(exchange, flows.queues());
                return 200;
            }
            case FLOWS + "dump_requests" -> {
                boolean details = ApiServer.isSaid(exchange, "includeRequestDetails");
                text(exchange, flows.requests(details));
                return 200;
            }
            case IssuerDocuments.CONFIGURATION, IssuerDocuments.CONFIGURATION + "/" -> {
                publish(exchange, JSON, issuer.configuration());
                return 200;
            }
            case IssuerDocuments.KEYS, IssuerDocuments.KEYS + "/" -> {
                publish(exchange, "application/jwk-set+json", issuer.keys());
                return 200;
            }
            case "/quilla/backup" -> {
                backups.send(exchange);
                return 200;
            }
            case "/quilla/status" -> {
                respond(exchange, 200, JSON, JsonTree.write(health.status()));
                return 200;
            }
            default -> {
                // Discovery below.
            }
        }
        return path.startsWith("/api") ? served(exchange, path) : missing(exchange);
    }

    /** Answers a document of OpenAPI, by whichever method it is asked for. */
    private int described(HttpExchange exchange, String path) throws IOException {
        Optional<OpenApi.Document> document =
                discovery.openApi(path, Representation.accepted(exchange));
        if (document.isEmpty()) {
            exchange.respond(404, Headers.NONE, new byte[0]);
            return 404;
        }
        DocumentSender.send(exchange, document.get());
        return 200;
    }

    /** Answers which groups, versions and resources there are. */
    private int served(HttpExchange exchange, String path) throws IOException {
        Possible possible = Possible.ofDiscovery(path);
        Optional<Representation> wanted =
                Representation.find(Representation.accepted(exchange), possible);
        boolean aggregated = wanted.filter(w -> w.shape() == Shape.GROUPS).isPresent();
        Optional<Map<String, @Nullable Object>> found =
                discovery.at(path, aggregated ? Discovery.Form.AGGREGATED : Discovery.Form.PLAIN);
        if (found.isEmpty()) {
            return missing(exchange);
        }
        Representation form = Representation.of(Representation.accepted(exchange), possible);
        byte[] content = ObjectEncoder.discovery(form.media(), found.get());
        respond(
                exchange,
                200,
                form.contentType(),
                IndentedJson.ifWanted(exchange, form.media(), content));
        return 200;
    }

    /**
     * Answers that there is no such path. Below a group's path that is an object of the API, and
     * beside it a mere text.
     */
    int missing(HttpExchange exchange) throws IOException {
        if (!isNowhere(exchange.path())) {
            throw ApiErrors.noSuchPath();
        }
        exchange.respond(
                404,
                Headers.of("Content-Type", "text/plain; charset=utf-8")
                        .with("X-Content-Type-Options", "nosniff"),
                "404 page not found\n".getBytes(StandardCharsets.UTF_8));
        return 404;
    }

    /** Whether a path is of no group that is served. */
    boolean isNowhere(String path) {
        List<String> parts = List.of(path.split("/", 4));
        return switch (parts.size() < 3 ? "" : parts.get(1)) {
            case "api" -> false;
            case "apis" -> registry.groups().stream().noneMatch(g -> g.name().equals(parts.get(2)));
            default -> true;
        };
    }

    /** What others keep for a while, as they do Kubernetes' documents. */
    private static void publish(HttpExchange exchange, String type, byte[] content)
            throws IOException {
        exchange.respond(
                200,
                Headers.of("Content-Type", type).with("Cache-Control", "public, max-age=3600"),
                content);
    }

    private static void text(HttpExchange exchange, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        respond(exchange, 200, "text/plain; charset=utf-8", content);
    }

    /** Answers figures as Prometheus reads them. */
    private static void figures(HttpExchange exchange, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        respond(exchange, 200, "text/plain; version=0.0.4", content);
    }

    private static void respond(HttpExchange exchange, int code, String type, byte[] content)
            throws IOException {
        BufferedAnswer.send(exchange, code, Headers.of("Content-Type", type), content);
    }
}
