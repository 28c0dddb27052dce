package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Namespace;
import dev.quilla.model.validation.FieldError;
import java.util.List;

/** The finalizers of a namespace's specification: whoever has emptied it takes itself off. */
final class FinalizeSubresource {

    private final ObjectStore objects;
    private final AdmissionChain admissions;

    FinalizeSubresource(ObjectStore objects, AdmissionChain admissions) {
        this.objects = objects;
        this.admissions = admissions;
    }

    private static Struct finalized(Struct before, Namespace sent) {
        return new Namespace(before)
                .toBuilder().spec(s -> s.finalizers(sent.spec().finalizers())).build().struct();
    }

    private static void refuse(ServedResource namespaces, Namespace after) {
        List<FieldError> errors =
                ObjectRules.finalizers(after.spec().finalizers(), "spec.finalizers");
        if (!errors.isEmpty()) {
            throw ApiErrors.invalid(namespaces.gvk(), after.name(), errors);
        }
    }

    ApiReply handle(ServedResource namespaces, ApiCall call) {
        Namespace sent =
                new Namespace(
                        Bodies.object(call, namespaces.type().definition(), namespaces.gvk())
                                .struct());
        ObjectKey key = ObjectKey.cluster(call.info().name());
        Stored before = objects.get(objects.newest(), namespaces.type(), key);
        Namespace after =
                new Namespace(
                        admissions.pass(
                                Admission.Request.update(namespaces, call, before.object()),
                                finalized(before.object(), sent)));
        refuse(namespaces, after);
        if (call.dryRun()) {
            return ApiReply.of(200, after.struct());
        }
        ObjectStore.Write write = objects.write(namespaces.type(), key, call.fenceTerm());
        if (Deletion.isOver(namespaces, after.struct())) {
            namespaces.behaviour().release(write.remove(before), before.object());
            write.commitOrConflict();
            return ApiReply.of(200, after.struct());
        }
        long revision = write.replace(before, after.struct()).commitOrConflict();
        return ApiReply.of(
                200, after.struct().withAt(Long.toString(revision), "metadata", "resourceVersion"));
    }
}
