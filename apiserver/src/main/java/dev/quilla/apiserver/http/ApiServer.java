package dev.quilla.apiserver.http;

import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.aggregation.Aggregator;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.discovery.Discovery;
import dev.quilla.apiserver.discovery.IssuerDocuments;
import dev.quilla.apiserver.discovery.OpenApi;
import dev.quilla.apiserver.flow.Flow;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.flow.Seat;
import dev.quilla.apiserver.http.Representation.Possible;
import dev.quilla.apiserver.http.Representation.Shape;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.OutgoingList;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.apiserver.request.Warnings;
import dev.quilla.apiserver.table.TableWriter;
import dev.quilla.client.Body;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpHandler;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.apiregistration.v1.APIService;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.codec.ProtobufCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The API over HTTP: authenticates and authorises once, hands the request on, and is the one place
 * where errors become HTTP.
 */
public final class ApiServer implements HttpHandler {

    private static final String JSON = "application/json";
    private static final String FLOWS = "/debug/api_priority_and_fairness/";

    /** What anybody may ask, to find out whether the server is well. */
    private static final Set<String> PUBLIC = Set.of("/healthz", "/livez", "/readyz", "/version");

    /** What people ask with who look at the answers: it gets them in lines. */
    private static final List<String> FOR_PEOPLE = List.of("curl", "Wget", "Mozilla/5.0");

    private final Callers callers;
    private final ResourceRegistry registry;
    private final ResourceHandler resources;
    private final Aggregator aggregator;
    private final AggregatedDiscovery discovery;
    private final ObjectEncoder encoder;
    private final WatchSender watches;
    private final Health health;
    private final HealthPaths healthPaths;
    private final PathIndex index;
    private final StatusPage statusPage;
    private final NodeConnector nodes;
    private final ConnectAdmission connections;
    private final BackupSender backups;
    private final FlowControl flows;
    private final KeyPaths keys;
    private final Audit audit;
    private final IssuerDocuments issuer;
    private final RequestCounter counter = new RequestCounter();

    /** Serves what these provide. */
    public ApiServer(
            Callers callers,
            ResourceRegistry registry,
            ResourceHandler resources,
            Aggregator aggregator,
            AggregatedDiscovery discovery,
            AdmissionChain admissions,
            TableWriter tables,
            Health health,
            NodeConnector nodes,
            BackupSender backups,
            FlowControl flows,
            KeyPaths keys,
            Audit audit,
            IssuerDocuments issuer,
            InstantSource clock) {
        this.callers = callers;
        this.registry = registry;
        this.resources = resources;
        this.aggregator = aggregator;
        this.connections = new ConnectAdmission(registry, admissions);
        this.discovery = discovery;
        this.encoder = new ObjectEncoder(registry, tables);
        this.watches = new WatchSender(encoder, System::nanoTime);
        this.health = health;
        this.healthPaths = new HealthPaths(health);
        this.index = new PathIndex(discovery, healthPaths);
        this.statusPage = new StatusPage(clock);
        this.nodes = nodes;
        this.backups = backups;
        this.flows = flows;
        this.keys = keys;
        this.audit = audit;
        this.issuer = issuer;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        RequestInfo info =
                RequestInfo.parse(
                        exchange.method(),
                        exchange.path(),
                        isSaid(exchange.query().getOrDefault("watch", List.of())));
        counter.begin(info);
        AuditTrail trail = audit.begin(info, () -> Origins.of(exchange));
        int code = 200;
        try {
            code = answer(exchange, info, trail);
        } catch (ApiException e) {
            code = e.code();
            trail.failed(e.status());
            fail(exchange, info, e);
        } catch (UncheckedIOException e) {
            // The body was too large or did not come, which the server below answers.
            code = 400;
            throw e;
        } catch (RuntimeException | Error e) {
            code = 500;
            trail.panicked(e.toString());
            throw e;
        } finally {
            trail.completed(code);
            counter.end(info, code, System.nanoTime() - start);
        }
    }

    /** Answers the code. */
    private int answer(HttpExchange exchange, RequestInfo info, AuditTrail trail)
            throws IOException {
        if (exchange.path().contains("//") || List.of(exchange.path().split("/")).contains("..")) {
            throw ApiErrors.badRequest("the path must be plain: no empty parts, no '..'");
        }
        Identity identity = callers.identify(exchange, info, trail);
        if (nodes.handles(info)) {
            // Lasts as long as somebody wants it to: no seat is held for it.
            callers.authorize(identity, info.selected(exchange.query()), trail);
            connections.admit(exchange, info, identity, trail);
            trail.started(200);
            return nodes.connect(exchange, info);
        }
        Flow flow = flows.classify(identity, info);
        // Before there is a seat: whoever is refused one wants to know by what.
        exchange.addHeader("X-Kubernetes-PF-FlowSchema-UID", flow.schemaUid());
        exchange.addHeader("X-Kubernetes-PF-PriorityLevel-UID", flow.levelUid());
        try (Seat seat = flows.admit(flow, identity, info, exchange.query(), exchange::onCancel)) {
            return serve(exchange, info, identity, seat, trail);
        }
    }

    private int serve(
            HttpExchange exchange, RequestInfo info, Identity identity, Seat seat, AuditTrail trail)
            throws IOException {
        if (!PUBLIC.contains(info.path())) {
            callers.authorize(identity, info.selected(exchange.query()), trail);
        }
        Optional<APIService> elsewhere = aggregator.serving(info.path());
        if (elsewhere.isPresent()) {
            if (info.verb().equals("watch")
                    || exchange.headers().contains("Connection", "upgrade")) {
                // As of watches here, the seat is for the beginning alone.
                seat.close();
            }
            return aggregator.forward(exchange, identity, elsewhere.get());
        }
        if (!info.isResource()) {
            return plain(exchange, info);
        }
        if (isNowhere(info.path())) {
            return missing(exchange);
        }
        Optional<ServedResource> resource = registry.find(info.gvr());
        boolean builtIn = resource.isPresent() && !resource.get().type().definition().custom();
        if (exchange.method().equals("HEAD") && builtIn) {
            // As kube-apiserver has it: only custom kinds are asked so.
            throw ApiErrors.methodNotAllowed();
        }
        // Agreed upon before anything is done, since some ask for no form.
        Representation form =
                resource.map(r -> Representation.of(accept(exchange), Possible.of(info, r)))
                        .orElse(Representation.DEFAULT);
        form.check(exchange.query());
        ApiCall call =
                new ApiCall(
                        info,
                        identity,
                        exchange.query(),
                        accept(exchange),
                        body(exchange),
                        exchange.headers().first("User-Agent").orElse(""),
                        OptionalLong.empty(),
                        new Warnings(),
                        trail,
                        seat.turn());
        if (trail.records()) {
            trail.sent(call.body(), resource.map(r -> r.type().definition()));
        }
        return send(exchange, call, form, handled(exchange, call), seat);
    }

    /** Handles a call; who is refused, too, is told what there was to warn of until then. */
    private ApiReply handled(HttpExchange exchange, ApiCall call) {
        try {
            return resources.handle(call);
        } catch (ApiException e) {
            WarningFields.of(call.warnings().all())
                    .forEach(field -> exchange.addHeader("Warning", field));
            throw e;
        }
    }

    private static String accept(HttpExchange exchange) {
        return String.join(",", exchange.headers().all("Accept"));
    }

    private static Body body(HttpExchange exchange) {
        byte[] content = exchange.body();
        return content.length == 0
                ? Body.none()
                : Body.of(content, exchange.headers().first("Content-Type").orElse(JSON));
    }

    /** Answers the code. */
    private int plain(HttpExchange exchange, RequestInfo info) throws IOException {
        String path = info.path();
        if (keys.handles(path)) {
            keys.handle(exchange);
            return 200;
        }
        if (healthPaths.answers(exchange)) {
            return 200;
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
            case "/statusz" -> {
                statusPage.answer(exchange, accept(exchange));
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
                List<String> details =
                        exchange.query().getOrDefault("includeRequestDetails", List.of());
                text(exchange, flows.requests(isSaid(details)));
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
                // Discovery and OpenAPI below.
            }
        }
        if (path.startsWith("/api")) {
            return served(exchange, path);
        }
        Optional<OpenApi.Document> document = discovery.openApi(path, accept(exchange));
        if (document.isEmpty()) {
            return missing(exchange);
        }
        DocumentSender.send(exchange, document.get());
        return 200;
    }

    /** Answers which groups, versions and resources there are. */
    private int served(HttpExchange exchange, String path) throws IOException {
        Possible possible = Possible.ofDiscovery(path);
        Optional<Representation> wanted = Representation.find(accept(exchange), possible);
        boolean aggregated = wanted.filter(w -> w.shape() == Shape.GROUPS).isPresent();
        Optional<Map<String, @Nullable Object>> found =
                discovery.at(path, aggregated ? Discovery.Form.AGGREGATED : Discovery.Form.PLAIN);
        if (found.isEmpty()) {
            return missing(exchange);
        }
        Representation form = Representation.of(accept(exchange), possible);
        byte[] content = ObjectEncoder.discovery(form.media(), found.get());
        respond(exchange, 200, form.contentType(), readable(exchange, form.media(), content));
        return 200;
    }

    /**
     * Answers that there is no such path. Below a group's path that is an object of the API, and
     * beside it a mere text.
     */
    private int missing(HttpExchange exchange) throws IOException {
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
    private boolean isNowhere(String path) {
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

    private int send(
            HttpExchange exchange, ApiCall call, Representation form, ApiReply reply, Seat seat)
            throws IOException {
        reply.answer().ifPresent(call.trail()::answered);
        switch (reply) {
            case ApiReply.OfBytes bytes -> {
                respond(exchange, bytes.code(), bytes.contentType(), bytes.bytes().shared());
                return bytes.code();
            }
            case ApiReply.OfStruct object -> {
                Headers headers = headers(form, object.warnings());
                byte[] content = encoder.object(encoder.wanted(call, form), object::struct);
                BufferedAnswer.send(
                        exchange,
                        object.code(),
                        headers,
                        readable(exchange, form.media(), content));
                return object.code();
            }
            case ApiReply.OfStored stored -> {
                byte[] content = encoder.object(encoder.wanted(call, form), stored.object());
                BufferedAnswer.send(
                        exchange,
                        stored.code(),
                        headers(form, stored.warnings()),
                        readable(exchange, form.media(), content));
                return stored.code();
            }
            case ApiReply.OfList list -> {
                Headers headers = headers(form, list.warnings());
                boolean indented =
                        form.media() == Representation.Media.JSON && isForPeople(exchange);
                try (BufferedAnswer answer =
                        new BufferedAnswer(exchange, 200, headers, call.turn())) {
                    list(
                            encoder.wanted(call, form),
                            new OutgoingList(
                                    list.list().frame(),
                                    new PausingItems(list.list().items(), call.turn())),
                            answer,
                            indented ? new IndentedJson(answer) : answer);
                    answer.complete();
                }
                return 200;
            }
            case ApiReply.OfWatch watch -> {
                call.trail().started(200);
                watches.send(exchange, call, form, watch, seat::close);
                return 200;
            }
        }
    }

    private void list(
            ObjectEncoder.Wanted wanted,
            OutgoingList list,
            BufferedAnswer answer,
            OutputStream form)
            throws IOException {
        try {
            encoder.list(wanted, list, form);
        } catch (ApiException e) {
            if (answer.isBegun()) {
                throw new IllegalStateException("a list ends in its midst: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private static Headers headers(Representation form, List<String> warnings) {
        return WarningFields.add(Headers.of("Content-Type", form.media().type()), warnings);
    }

    private void fail(HttpExchange exchange, RequestInfo info, ApiException e) throws IOException {
        Optional<Representation> agreed =
                Representation.find(accept(exchange), Possible.errors(hasMessages(info)));
        // An error has to be told even to those who accept nothing that it could be told in.
        Representation.Media media = agreed.orElse(Representation.DEFAULT).media();
        Headers headers = Headers.of("Content-Type", media.type());
        int retry = e.status().details().retryAfterSeconds();
        if (retry > 0) {
            headers = headers.with("Retry-After", Integer.toString(retry));
        }
        if (e.code() == 401) {
            headers = headers.with("WWW-Authenticate", "Bearer");
        }
        byte[] content = ObjectEncoder.whole(media, e.status().struct());
        exchange.respond(
                e.code(),
                headers,
                agreed.isEmpty() ? IndentedJson.of(content) : readable(exchange, media, content));
    }

    private boolean hasMessages(RequestInfo info) {
        return registry.find(info.gvr())
                .map(r -> ProtobufCodec.supports(r.type().definition()))
                .orElse(true);
    }

    private static byte[] readable(
            HttpExchange exchange, Representation.Media media, byte[] content) throws IOException {
        return media == Representation.Media.JSON && isForPeople(exchange)
                ? IndentedJson.of(content)
                : content;
    }

    /** Whether somebody looks at the answer: who asks with what people use, or says so. */
    private static boolean isForPeople(HttpExchange exchange) {
        String said = String.join("", exchange.query().getOrDefault("pretty", List.of()));
        if (!said.isEmpty()) {
            return Set.of("1", "t", "true").contains(said.toLowerCase(Locale.ROOT));
        }
        String agent = exchange.headers().first("User-Agent").orElse("");
        return FOR_PEOPLE.stream().anyMatch(agent::startsWith);
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

    /** Whatever is said of a flag sets it, but for what says that it is not set. */
    private static boolean isSaid(List<String> values) {
        return !values.isEmpty() && !Set.of("false", "0").contains(values.getFirst());
    }
}
