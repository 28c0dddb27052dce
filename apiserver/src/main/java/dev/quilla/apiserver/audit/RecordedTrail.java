package dev.quilla.apiserver.audit;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.Status;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes events of what it is told. */
final class RecordedTrail implements AuditTrail {

    /** Larger events go without the objects. */
    private static final int EVENT_BYTES_MAX = 256 << 10;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

    private static final Identity NOBODY = new Identity("", "", List.of(), Map.of());

    private final Audit.Recording recording;
    private final RequestInfo info;
    private final Audit.Origin origin;
    private final String id;
    private final Instant received;
    private final Map<String, Object> annotations = new TreeMap<>();

    private AuditPolicy.@Nullable Extent extent;
    private Identity who = NOBODY;
    private Optional<Identity> as = Optional.empty();
    private String asLimit = "";
    private String name;
    private Optional<Object> requestObject = Optional.empty();
    private Optional<Object> responseObject = Optional.empty();
    private Optional<Status> failure = Optional.empty();
    private boolean ended;

    RecordedTrail(Audit.Recording recording, RequestInfo info, Audit.Origin origin) {
        this.recording = recording;
        this.info = info;
        this.origin = origin;
        this.id = origin.id().isEmpty() ? recording.newId().get() : origin.id();
        this.received = recording.clock().instant();
        this.name = info.name();
    }

    private AuditLevel level() {
        return extent == null ? AuditLevel.NONE : extent.level();
    }

    private boolean records(AuditLevel least) {
        return level().compareTo(least) >= 0;
    }

    @Override
    public boolean records() {
        return records(AuditLevel.METADATA);
    }

    @Override
    public void identified(Identity identity) {
        who = identity;
        extent = recording.policy().of(identity, info);
        if (!write(AuditStage.REQUEST_RECEIVED, 0)) {
            // That it is refused can't be recorded either.
            ended = true;
            throw ApiErrors.internal(
                    "the request can't be recorded, and nothing may be done unrecorded");
        }
    }

    @Override
    public void unauthenticated(String attempted) {
        extent = recording.policy().of(NOBODY, info);
        failure =
                Optional.of(
                        Status.builder()
                                .status("Failure")
                                .reason("Unauthorized")
                                .code(401)
                                .message("Authentication failed, attempted: " + attempted)
                                .build());
        write(AuditStage.RESPONSE_STARTED, 401);
        ended = true;
    }

    @Override
    public void impersonates(Identity other, String limit) {
        as = Optional.of(other);
        asLimit = limit;
    }

    @Override
    public void decided(boolean allowed, String reason) {
        note("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
        note("authorization.k8s.io/reason", reason);
    }

    @Override
    public void note(String key, String value) {
        if (records()) {
            annotations.putIfAbsent(key, value);
        }
    }

    @Override
    public void sent(Body body, Optional<Definition> definition) {
        if (records(AuditLevel.REQUEST)) {
            requestObject = AuditObjects.of(body, definition).map(this::cleaned);
        }
    }

    @Override
    public void understood(Supplier<Struct> object) {
        if (records(AuditLevel.REQUEST)) {
            requestObject = Optional.of(cleaned(AuditObjects.of(object.get())));
        }
    }

    @Override
    public void answered(Supplier<Struct> object) {
        if (name.isEmpty() && info.verb().equals("create")) {
            name = object.get().text("metadata", "name");
        }
        if (records(AuditLevel.REQUEST_RESPONSE)) {
            responseObject = Optional.of(cleaned(AuditObjects.of(object.get())));
        }
    }

    private Object cleaned(Object object) {
        return extent != null && extent.omitManagedFields()
                ? AuditObjects.withoutManagedFields(object)
                : object;
    }

    @Override
    public void started(int code) {
        write(AuditStage.RESPONSE_STARTED, code);
    }

    @Override
    public void failed(Status status) {
        failure = Optional.of(status);
        if (name.isEmpty() && info.verb().equals("create")) {
            name = status.details().name();
        }
        if (records(AuditLevel.REQUEST_RESPONSE)) {
            responseObject = Optional.of(AuditObjects.of(status.struct()));
        }
    }

    @Override
    public void panicked(String why) {
        failure =
                Optional.of(
                        Status.builder()
                                .status("Failure")
                                .reason("InternalError")
                                .code(500)
                                .message("APIServer panic'd: " + why)
                                .build());
        write(AuditStage.PANIC, 500);
        ended = true;
    }

    @Override
    public void completed(int code) {
        if (!ended) {
            write(AuditStage.RESPONSE_COMPLETE, code);
            ended = true;
        }
    }

    /** False if nothing may be done, for it is not recorded. */
    private boolean write(AuditStage stage, int code) {
        if (!records() || (extent != null && extent.omitStages().contains(stage))) {
            return true;
        }
        boolean answered = stage != AuditStage.REQUEST_RECEIVED;
        Map<String, @Nullable Object> event = head(stage);
        if (answered) {
            event.put("responseStatus", status(code));
            requestObject.ifPresent(o -> event.put("requestObject", o));
            responseObject.ifPresent(o -> event.put("responseObject", o));
        }
        event.put("requestReceivedTimestamp", time(received));
        event.put("stageTimestamp", time(recording.clock().instant()));
        if (!annotations.isEmpty()) {
            event.put("annotations", annotations);
        }
        byte[] line = line(event);
        boolean recorded = true;
        for (AuditSink sink : recording.sinks()) {
            recorded &= sink.write(line);
        }
        return recorded;
    }

    private byte[] line(Map<String, @Nullable Object> event) {
        byte[] json = JsonTree.write(event);
        if (json.length > EVENT_BYTES_MAX) {
            event.remove("requestObject");
            event.remove("responseObject");
            Map<String, Object> marked = new TreeMap<>(annotations);
            marked.put("audit.k8s.io/truncated", "true");
            event.put("annotations", marked);
            json = JsonTree.write(event);
        }
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private Map<String, @Nullable Object> head(AuditStage stage) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("kind", "Event");
        event.put("apiVersion", "audit.k8s.io/v1");
        event.put("level", level().text());
        event.put("auditID", id);
        event.put("stage", stage.text());
        event.put("requestURI", origin.uri());
        event.put("verb", info.verb());
        event.put("user", user(who));
        as.ifPresent(other -> event.put("impersonatedUser", user(other)));
        if (!asLimit.isEmpty()) {
            event.put("authenticationMetadata", Map.of("impersonationConstraint", asLimit));
        }
        event.put("sourceIPs", origin.addresses());
        if (!origin.agent().isEmpty()) {
            event.put("userAgent", origin.agent());
        }
        if (info.isResource()) {
            event.put("objectRef", reference());
        }
        return event;
    }

    private static Map<String, @Nullable Object> user(Identity identity) {
        Map<String, @Nullable Object> user = new LinkedHashMap<>();
        put(user, "username", identity.user());
        put(user, "uid", identity.uid());
        if (!identity.groups().isEmpty()) {
            user.put("groups", identity.groups());
        }
        if (!identity.extra().isEmpty()) {
            user.put("extra", identity.extra());
        }
        return user;
    }

    private Map<String, @Nullable Object> reference() {
        Map<String, @Nullable Object> reference = new LinkedHashMap<>();
        put(reference, "resource", info.resource());
        put(reference, "namespace", info.namespace());
        put(reference, "name", name);
        put(reference, "apiGroup", info.group());
        put(reference, "apiVersion", info.version());
        put(reference, "subresource", info.subresource());
        return reference;
    }

    private static void put(Map<String, @Nullable Object> map, String key, String value) {
        if (!value.isEmpty()) {
            map.put(key, value);
        }
    }

    private Map<String, @Nullable Object> status(int code) {
        Map<String, @Nullable Object> status = new LinkedHashMap<>();
        status.put("metadata", Map.of());
        failure.ifPresent(f -> {
            put(status, "status", f.status());
            put(status, "message", f.message());
            put(status, "reason", f.reason());
            if (!f.details().struct().isEmpty()) {
                status.put("details", AuditObjects.of(f.details().struct()));
            }
        });
        status.put("code", code);
        return status;
    }

    private static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
