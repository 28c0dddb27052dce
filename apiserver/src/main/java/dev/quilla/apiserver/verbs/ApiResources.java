package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Versions;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Schema.Subresource;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Hands a request about a resource to its verb. */
public final class ApiResources implements ResourceHandler {

    private static final List<String> CREATED = List.of("create");
    private static final Set<String> MANY = Set.of("list", "watch", "deletecollection");

    private final ResourceRegistry registry;
    private final ObjectStore objects;
    private final CreateVerb create;
    private final ListVerb list;
    private final WatchVerb watch;
    private final ReplaceVerb replace;
    private final PatchVerb patch;
    private final DeleteVerb delete;
    private final ScaleSubresource scale;
    private final PodSubresources pods;
    private final TokenSubresource token;
    private final FinalizeSubresource finalize;
    private final Reviews reviews;

    /** Serves a registry's resources from a store. */
    public ApiResources(
            ResourceRegistry registry,
            ObjectStore objects,
            Versions versions,
            WriteRules rules,
            TokenIssuer issuer,
            Reviews reviews,
            Authorizer authorizer,
            InstantSource clock,
            Supplier<String> newUid,
            NameGenerator names) {
        this.registry = registry;
        this.objects = objects;
        FieldOwners owners = new FieldOwners(registry, versions, clock);
        this.create = new CreateVerb(objects, rules, clock, newUid, names, owners, authorizer);
        Lookup lookup = new Lookup(objects);
        this.list = new ListVerb(objects, lookup);
        this.watch = new WatchVerb(registry, objects, lookup, clock);
        UpdateVerb update = new UpdateVerb(objects, rules, owners);
        this.replace = new ReplaceVerb(create, update);
        this.patch = new PatchVerb(update, new ApplyVerb(create, update, owners));
        this.delete = new DeleteVerb(objects, list, rules.admissions(), clock);
        this.scale = new ScaleSubresource(objects, update, owners, rules.admissions());
        this.pods = new PodSubresources(objects, delete, rules.admissions(), clock);
        this.token = new TokenSubresource(objects, issuer, rules.admissions());
        this.finalize = new FinalizeSubresource(objects, rules.admissions());
        this.reviews = reviews;
    }

    @Override
    public ApiReply handle(ApiCall call) {
        ServedResource resource =
                registry.find(call.info().gvr()).orElseThrow(ApiErrors::noSuchPath);
        ObjectKey named = new ObjectKey(call.info().namespace(), call.info().name());
        if (!Keys.isPossible(named)) {
            throw ApiErrors.notFound(resource.groupResource(), call.info().name());
        }
        checkPlace(resource, call.info());
        checkVerb(resource, call.info());
        PatchVerb.checkType(resource, call);
        WriteOptions.check(call);
        Options.check(call);
        resource.behaviour().deprecation().ifPresent(call.warnings()::add);
        ApiReply reply =
                call.info().subresource().isEmpty()
                        ? object(resource, call)
                        : subresource(resource, call);
        return reply.withWarnings(call.warnings().all());
    }

    /** Refuses paths that no object or collection has, and what can't be done with those. */
    private static void checkPlace(ServedResource resource, RequestInfo info) {
        boolean itself =
                resource.groupResource().toString().equals("namespaces")
                        && info.namespace().equals(info.name());
        boolean within = !info.namespace().isEmpty() && !itself;
        boolean named = !info.name().isEmpty();
        boolean part = !info.subresource().isEmpty();
        boolean everywhere = resource.type().namespaced() && !within;
        // Of what is only created, there are no objects, nor is there more than one place for it.
        boolean unread = resource.type().verbs().equals(CREATED) && (everywhere || named && !part);
        if (within && !resource.type().namespaced() || unread) {
            throw ApiErrors.noSuchPath();
        }
        if (everywhere && named && !MANY.contains(info.verb())) {
            throw ApiErrors.noSuchPath();
        }
        boolean possible =
                switch (info.verb()) {
                    case "create" -> part || !named;
                    case "update", "patch" -> named;
                    case "deletecollection" -> !everywhere;
                    default -> true;
                };
        if (!possible) {
            throw notAllowed(resource, info.verb());
        }
    }

    /** Refuses what the resource, or the part of it, doesn't do at all. */
    private static void checkVerb(ServedResource resource, RequestInfo info) {
        List<String> verbs =
                info.subresource().isEmpty()
                        ? resource.type().verbs()
                        : resource.type()
                                .subresource(info.subresource())
                                .map(Subresource::verbs)
                                .orElseThrow(ApiErrors::noSuchPath);
        if (!verbs.contains(info.verb())) {
            throw notAllowed(resource, info.verb());
        }
    }

    /** Paths of built-in kinds have their methods; those of custom kinds are all alike. */
    private static ApiException notAllowed(ServedResource resource, String verb) {
        return resource.type().definition().custom()
                ? ApiErrors.methodNotSupported(resource.groupResource(), verb)
                : ApiErrors.methodNotAllowed();
    }

    private ApiReply object(ServedResource resource, ApiCall call) {
        String verb = call.info().verb();
        if (verb.equals("create") && reviews.handles(resource)) {
            return reviews.handle(resource, call);
        }
        if (verb.equals("create") && resource.groupResource().toString().equals("bindings")) {
            return pods.bind(podsResource(), call);
        }
        return switch (verb) {
            case "get" -> {
                ObjectKey key =
                        new ObjectKey(
                                resource.type().namespaced() ? call.info().namespace() : "",
                                call.info().name());
                yield new ApiReply.OfStored(
                        objects.outgoing(Freshnesses.view(objects, call), resource.type(), key));
            }
            case "list" -> list.handle(resource, call);
            case "watch" -> watch.handle(resource, call);
            case "create" -> create.handle(resource, call);
            case "update" -> replace.handle(resource, call);
            case "patch" -> patch.handle(resource, call);
            case "delete" -> delete.handle(resource, call);
            case "deletecollection" -> delete.handleCollection(resource, call);
            default -> throw ApiErrors.methodNotSupported(resource.groupResource(), verb);
        };
    }

    private ApiReply subresource(ServedResource resource, ApiCall call) {
        String name = call.info().subresource();
        String verb = call.info().verb();
        return switch (name) {
            case "status", "resize", "ephemeralcontainers", "approval" ->
                    switch (verb) {
                        case "get" -> object(resource, call.with(call.info().withVerb("get")));
                        case "update" -> replace.handle(resource, call);
                        case "patch" -> patch.handle(resource, call);
                        default ->
                                throw ApiErrors.methodNotSupported(resource.groupResource(), verb);
                    };
            case "scale" -> scale.handle(resource, call);
            case "binding" -> pods.bind(resource, call);
            case "eviction" -> pods.evict(resource, call);
            case "token" -> token.handle(resource, call);
            case "finalize" -> finalize.handle(resource, call);
            default -> throw ApiErrors.methodNotSupported(resource.groupResource(), verb);
        };
    }

    private ServedResource podsResource() {
        return registry.find(new dev.quilla.model.GroupResource("", "pods")).orElseThrow();
    }
}
