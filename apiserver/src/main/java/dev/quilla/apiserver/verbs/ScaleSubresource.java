package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.kinds.KindBehaviour.ScalePaths;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.autoscaling.v1.Scale;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.selector.Selector;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** How many replicas an object wants and has, whatever its kind. */
final class ScaleSubresource {

    private static final GroupVersionKind KIND = Scale.definition().kinds().getFirst();

    private final ObjectStore objects;
    private final UpdateVerb update;
    private final FieldOwners owners;
    private final AdmissionChain admissions;

    ScaleSubresource(
            ObjectStore objects, UpdateVerb update, FieldOwners owners, AdmissionChain admissions) {
        this.owners = owners;
        this.admissions = admissions;
        this.objects = objects;
        this.update = update;
    }

    ApiReply handle(ServedResource resource, ApiCall call) {
        ObjectKey key = new ObjectKey(call.info().namespace(), call.info().name());
        return switch (call.info().verb()) {
            case "get" ->
                    ApiReply.of(
                            200,
                            scale(
                                            paths(resource),
                                            objects.get(objects.newest(), resource.type(), key)
                                                    .object())
                                    .struct());
            case "update" -> {
                Scale sent = sent(call);
                yield changed(resource, call, current -> sent);
            }
            case "patch" -> changed(resource, call, current -> patched(call, current));
            default ->
                    throw ApiErrors.methodNotSupported(
                            resource.groupResource(), call.info().verb());
        };
    }

    private ApiReply changed(ServedResource resource, ApiCall call, UnaryOperator<Scale> wanted) {
        Struct changed =
                update.change(resource, call, before -> rescaled(resource, call, before, wanted));
        return ApiReply.of(200, scale(paths(resource), changed).struct());
    }

    /** What is to be, which says whose it is. */
    private static Scale sent(ApiCall call) {
        Scale sent = new Scale(Bodies.object(call, Scale.definition(), KIND).struct());
        if (sent.metadata().name().isEmpty()) {
            throw ApiErrors.badRequest(
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(call.info().name()));
        }
        if (!sent.metadata().name().equals(call.info().name())) {
            throw ApiErrors.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(sent.metadata().name(), call.info().name()));
        }
        return sent;
    }

    private static ScalePaths paths(ServedResource resource) {
        return resource.behaviour().scale().orElse(ScalePaths.USUAL);
    }

    private Struct rescaled(
            ServedResource resource, ApiCall call, Struct before, UnaryOperator<Scale> change) {
        ScalePaths paths = paths(resource);
        Scale current = scale(paths, before);
        Scale wanted = new Scale(admitted(resource, call, current, change.apply(current)));
        if (wanted.spec().replicas() < 0) {
            throw ApiErrors.invalid(
                    KIND,
                    Metadata.name(before),
                    List.of(
                            FieldError.invalid(
                                    "spec.replicas",
                                    wanted.spec().replicas(),
                                    "must be greater than or equal to 0")));
        }
        String[] place = paths.wanted().toArray(String[]::new);
        // Built-in kinds count in 32 bits, custom ones in 64.
        Object replicas =
                before.definition().custom()
                        ? Long.valueOf(wanted.spec().replicas())
                        : (Object) wanted.spec().replicas();
        Struct after =
                call.applies()
                        ? owners.applied(
                                resource, call, before, config(resource, wanted, replicas, place))
                        : before.withAt(replicas, place);
        String version = wanted.metadata().resourceVersion();
        return Metadata.edit(
                after,
                m -> version.isEmpty() ? m.clearResourceVersion() : m.resourceVersion(version));
    }

    /** What an applied scale says of the object that is scaled. */
    private static Struct config(
            ServedResource resource, Scale wanted, Object replicas, String[] place) {
        Struct empty =
                resource.type()
                        .definition()
                        .empty()
                        .with("kind", resource.gvk().kind())
                        .with("apiVersion", resource.gvk().groupVersion().toString());
        return wanted.spec().hasReplicas() ? empty.withAt(replicas, place) : empty;
    }

    private Struct admitted(ServedResource resource, ApiCall call, Scale current, Scale wanted) {
        return admissions.pass(
                new Admission.Request(
                        resource,
                        KIND,
                        call,
                        Admission.Operation.UPDATE,
                        Optional.of(current.struct())),
                wanted.struct());
    }

    private static Scale patched(ApiCall call, Scale current) {
        if (call.applies()) {
            return new Scale(ApplyVerb.config(call, Scale.definition(), KIND).struct());
        }
        if (!(call.body() instanceof Body.OfBytes body)) {
            throw ApiErrors.badRequest("a patch has a body");
        }
        Struct unversioned =
                Metadata.edit(current.struct(), ObjectMeta.Builder::clearResourceVersion);
        PatchVerb.Changed changed =
                PatchVerb.changed(
                        PatchVerb.type(body), unversioned, PatchVerb.tree(body.bytes().shared()));
        return new Scale(
                Bodies.patched(call, Scale.definition(), changed.json(), changed.shown()).struct());
    }

    private static int number(Struct object, List<String> path) {
        return object.at(path.toArray(String[]::new))
                .filter(Number.class::isInstance)
                .map(n -> Math.toIntExact(((Number) n).longValue()))
                .orElse(0);
    }

    private static String selector(Struct object, List<String> path) {
        if (path.isEmpty()) {
            return "";
        }
        return switch (object.at(path.toArray(String[]::new)).orElse("")) {
            case Struct struct -> Selector.of(new LabelSelector(struct)).toString();
            case Map<?, ?> labels -> equalities(labels);
            case String text -> text;
            default -> "";
        };
    }

    /** The selector of kinds that are older than label selectors. */
    private static String equalities(Map<?, ?> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static Scale scale(ScalePaths paths, Struct object) {
        ObjectMeta metadata = Metadata.of(object);
        int wanted = number(object, paths.wanted());
        int has = number(object, paths.has());
        String selector = selector(object, paths.selector());
        return Scale.builder()
                .metadata(m -> {
                    m.name(metadata.name())
                            .namespace(metadata.namespace())
                            .uid(metadata.uid())
                            .resourceVersion(metadata.resourceVersion());
                    metadata.creationTimestamp().ifPresent(m::creationTimestamp);
                    return m;
                })
                .spec(s -> s.replicas(wanted))
                .status(s ->
                        selector.isEmpty() ? s.replicas(has) : s.replicas(has).selector(selector))
                .build();
    }
}
