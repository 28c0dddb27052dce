package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.Decoded;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.store.Compare;
import dev.quilla.store.Outcome;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code POST} to a collection. */
final class CreateVerb {

    /** How often something unique is chosen again when somebody else was quicker. */
    private static final int ATTEMPTS_MAX = 16;

    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final ObjectStore objects;
    private final WriteRules rules;
    private final InstantSource clock;
    private final Supplier<String> newUid;
    private final NameGenerator names;
    private final FieldOwners owners;
    private final Authorizer authorizer;

    CreateVerb(
            ObjectStore objects,
            WriteRules rules,
            InstantSource clock,
            Supplier<String> newUid,
            NameGenerator names,
            FieldOwners owners,
            Authorizer authorizer) {
        this.objects = objects;
        this.rules = rules;
        this.clock = clock;
        this.newUid = newUid;
        this.names = names;
        this.owners = owners;
        this.authorizer = authorizer;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        Decoded decoded = Bodies.object(call, resource);
        call.trail().understood(() -> resource.behaviour().defaults(decoded.struct()));
        Outgoing created = create(resource, call, decoded.struct());
        return new ApiReply.OfStored(201, created, decoded.warnings());
    }

    /**
     * Creates what a request would have changed, which names it in its path: only for who may
     * create.
     */
    Outgoing createAbsent(ServedResource resource, ApiCall call, Struct sent) {
        String name = call.info().name();
        if (!authorizer.allows(call.identity(), call.info().withVerb("create"))) {
            throw ApiErrors.forbidden(
                    resource.groupResource(),
                    name,
                    "User \"%s\" cannot create resource \"%s\""
                            .formatted(call.identity().user(), resource.groupResource()));
        }
        return create(resource, call, Metadata.edit(sent, m -> m.name(name)));
    }

    /** Creates an object that has been read. */
    Outgoing create(ServedResource resource, ApiCall call, Struct sent) {
        ObjectMeta metadata = Metadata.of(sent);
        String namespace = namespace(resource, call, metadata);
        if (metadata.hasResourceVersion() && !metadata.resourceVersion().isEmpty()) {
            throw ApiErrors.badRequest(
                    "resourceVersion should not be set on objects to be created");
        }
        boolean generates = metadata.name().isEmpty() && !metadata.generateName().isEmpty();
        for (int attempt = 0; ; attempt++) {
            String name = generates ? names.generate(metadata.generateName()) : metadata.name();
            Struct fresh =
                    Metadata.edit(
                            sent,
                            m -> {
                                m.clearResourceVersion()
                                        .clearDeletionTimestamp()
                                        .clearDeletionGracePeriodSeconds()
                                        .clearSelfLink()
                                        .uid(newUid.get())
                                        .creationTimestamp(clock.instant());
                                if (!name.isEmpty()) {
                                    m.name(name);
                                }
                                return namespace.isEmpty() ? m : m.namespace(namespace);
                            });
            Struct object =
                    Metadata.tidy(
                            rules.forCreate(
                                    resource, call, fresh, sane -> owned(resource, call, sane)));
            Optional<Outgoing> stored = store(resource, call, object, attempt, generates);
            if (stored.isPresent()) {
                return stored.get();
            }
        }
    }

    /** What is applied comes with its owners. */
    private Struct owned(ServedResource resource, ApiCall call, Struct object) {
        return call.applies()
                ? object
                : owners.written(resource, call, object.definition().empty(), object);
    }

    /** The stored object; empty when it is worth another try. */
    private Optional<Outgoing> store(
            ServedResource resource, ApiCall call, Struct object, int attempt, boolean generates) {
        ObjectKey key = Metadata.key(object);
        ObjectStore.Write write = objects.write(resource.type(), key, call.fenceTerm());
        WriteRules.checkClaims(resource, call, object, Optional.empty());
        Struct claimed = resource.behaviour().claim(write, Optional.empty(), object, attempt);
        write.create(claimed);
        if (!key.namespace().isEmpty()) {
            write.requirePresent(Keys.object(NAMESPACES, ObjectKey.cluster(key.namespace())));
            write.requireAbsent(Keys.terminating(key.namespace()));
        }
        if (call.dryRun()) {
            dryRun(resource, key);
            write.rehearse();
            return Optional.of(() -> claimed);
        }
        return switch (write.commit()) {
            case Outcome.Committed(long revision) -> Optional.of(write.created(revision));
            case Outcome.Fenced(long term) ->
                    throw ApiErrors.conflict(
                            resource.groupResource(),
                            key.name(),
                            "the caller no longer leads; term is " + term);
            case Outcome.OverLimit over -> throw write.overLimit(over);
            case Outcome.NoLease _,
                    Outcome.LeaseTaken _,
                    Outcome.Made _,
                    Outcome.Missing _,
                    Outcome.NoSpace _ ->
                    throw write.unexpected();
            case Outcome.Refused refused -> {
                explain(resource, key, write, refused.failed(), attempt, generates);
                yield Optional.empty();
            }
        };
    }

    private void dryRun(ServedResource resource, ObjectKey key) {
        if (objects.find(objects.newest(), resource.type(), key).isPresent()) {
            throw ApiErrors.alreadyExists(resource.groupResource(), key.name());
        }
    }

    /** Throws what the client is told, unless another try may succeed. */
    private static void explain(
            ServedResource resource,
            ObjectKey key,
            ObjectStore.Write write,
            Compare failed,
            int attempt,
            boolean generates) {
        String namespace = key.namespace();
        if (!namespace.isEmpty() && failed.key().equals(Keys.terminating(namespace))) {
            throw ApiErrors.terminating(resource.groupResource(), key.name(), namespace);
        }
        if (!namespace.isEmpty()
                && failed.key().equals(Keys.object(NAMESPACES, ObjectKey.cluster(namespace)))) {
            throw ApiErrors.notFound(NAMESPACES, namespace);
        }
        boolean mayRetry = attempt < ATTEMPTS_MAX;
        if (write.isAboutObject(failed) && !(generates && mayRetry)) {
            throw ApiErrors.alreadyExists(resource.groupResource(), key.name());
        }
        if (!mayRetry) {
            throw ApiErrors.conflict(
                    resource.groupResource(), key.name(), failed.key() + " is taken: try again");
        }
    }

    private static String namespace(ServedResource resource, ApiCall call, ObjectMeta metadata) {
        if (!resource.type().namespaced()) {
            if (!metadata.namespace().isEmpty()) {
                throw ApiErrors.badRequest("namespace is not allowed on this type");
            }
            return "";
        }
        String wanted = call.info().namespace();
        if (wanted.isEmpty()) {
            throw ApiErrors.badRequest("an empty namespace may not be set during creation");
        }
        Metadata.refuseOtherNamespace(metadata, wanted);
        return wanted;
    }
}
