package dev.quilla.apiserver.http;

import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.aggregation.AggregatedDiscovery;
import dev.quilla.apiserver.aggregation.Aggregator;
import dev.quilla.apiserver.audit.Audit;
import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.discovery.IssuerDocuments;
import dev.quilla.apiserver.flow.Flow;
import dev.quilla.apiserver.flow.FlowControl;
import dev.quilla.apiserver.flow.Seat;
import dev.quilla.apiserver.http.Representation.Possible;
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
import dev.quilla.model.codec.ProtobufCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The API over HTTP: authenticates and authorises once, hands the request on, and is the one place
 * where errors become HTTP.
 */
public final class ApiServer implements HttpHandler {

    private static final String JSON = "application/json";

    /** What anybody may ask, to find out whether the server is well. */
    private static final Set<String> PUBLIC = Set.of("/healthz", "/livez", "/readyz", "/version");

    private final Callers callers;
    private final ResourceRegistry registry;
    private final ResourceHandler resources;
    private final Aggregator aggregator;
    private final ObjectEncoder encoder;
    private final WatchSender watches;
    private final NodeConnector nodes;
    private final ConnectAdmission connections;
    private final FlowControl flows;
    private final Audit audit;
    private final PlainPaths plain;
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
        this.encoder = new ObjectEncoder(registry, tables);
        this.watches = new WatchSender(encoder, System::nanoTime);
        this.nodes = nodes;
        this.flows = flows;
        this.audit = audit;
        this.plain =
                new PlainPaths(
                        registry,
                        discovery,
                        health,
                        backups,
                        flows,
                        keys,
                        audit,
                        issuer,
                        counter,
                        new StatusPage(clock));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        RequestInfo info =
                RequestInfo.parse(exchange.method(), exchange.path(), isSaid(exchange, "watch"));
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
        if (exchange.path().contains("//")) {
            return plain.missing(exchange);
        }
        if (List.of(exchange.path().split("/")).contains("..")) {
            throw ApiErrors.badRequest("the path must be plain: no '..'");
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
            return plain.answer(exchange, info);
        }
        if (plain.isNowhere(info.path())) {
            return plain.missing(exchange);
        }
        Optional<ServedResource> resource = registry.find(info.gvr());
        boolean builtIn = resource.isPresent() && !resource.get().type().definition().custom();
        if (exchange.method().equals("HEAD") && builtIn) {
            // As kube-apiserver has it: only custom kinds are asked so.
            throw ApiErrors.methodNotAllowed();
        }
        // Agreed upon before anything is done, since some ask for no form.
        Representation form =
                resource.map(r ->
                                Representation.of(
                                        Representation.accepted(exchange), Possible.of(info, r)))
                        .orElse(Representation.DEFAULT);
        form.check(exchange.query());
        ApiCall call =
                new ApiCall(
                        info,
                        identity,
                        exchange.query(),
                        Representation.accepted(exchange),
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

    private static Body body(HttpExchange exchange) {
        byte[] content = exchange.body();
        // A patch of nothing is a patch of its type.
        return content.length == 0 && !exchange.method().equals("PATCH")
                ? Body.none()
                : Body.of(content, exchange.headers().first("Content-Type").orElse(JSON));
    }

    private int send(
            HttpExchange exchange, ApiCall call, Representation form, ApiReply reply, Seat seat)
            throws IOException {
        reply.answer().ifPresent(call.trail()::answered);
        switch (reply) {
            case ApiReply.OfBytes bytes -> {
                BufferedAnswer.send(
                        exchange,
                        bytes.code(),
                        Headers.of("Content-Type", bytes.contentType()),
                        bytes.bytes().shared());
                return bytes.code();
            }
            case ApiReply.OfStruct object -> {
                Headers headers = headers(form, object.warnings());
                byte[] content = encoder.object(encoder.wanted(call, form), object::struct);
                BufferedAnswer.send(
                        exchange,
                        object.code(),
                        headers,
                        IndentedJson.ifWanted(exchange, form.media(), content));
                return object.code();
            }
            case ApiReply.OfStored stored -> {
                byte[] content = encoder.object(encoder.wanted(call, form), stored.object());
                BufferedAnswer.send(
                        exchange,
                        stored.code(),
                        headers(form, stored.warnings()),
                        IndentedJson.ifWanted(exchange, form.media(), content));
                return stored.code();
            }
            case ApiReply.OfList list -> {
                Headers headers = headers(form, list.warnings());
                boolean indented =
                        form.media() == Representation.Media.JSON
                                && IndentedJson.isWanted(exchange);
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
                Representation.find(
                        Representation.accepted(exchange), Possible.errors(hasMessages(info)));
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
                agreed.isEmpty()
                        ? IndentedJson.of(content)
                        : IndentedJson.ifWanted(exchange, media, content));
    }

    private boolean hasMessages(RequestInfo info) {
        return registry.find(info.gvr())
                .map(r -> ProtobufCodec.supports(r.type().definition()))
                .orElse(true);
    }

    /** Whatever is said of a flag sets it, but for what says that it is not set. */
    static boolean isSaid(HttpExchange exchange, String flag) {
        List<String> values = exchange.query().getOrDefault(flag, List.of());
        return !values.isEmpty() && !Set.of("false", "0").contains(values.getFirst());
    }
}
