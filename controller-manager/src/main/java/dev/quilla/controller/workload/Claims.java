package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.PatchType;
import dev.quilla.controller.Owners;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;
import dev.quilla.model.meta.v1.LabelSelector;
import dev.quilla.model.meta.v1.OwnerReference;
import dev.quilla.model.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The objects that an owner manages: orphans that its selector chooses are adopted, what it no
 * longer chooses is released.
 *
 * @param reference what makes an object the owner's
 * @param ownerLives whether the API still has the owner, and not as one that is being deleted
 */
record Claims<T extends ApiObject>(
        ApiClient client,
        ResourceType<T> type,
        OwnerReference reference,
        Selector selector,
        BooleanSupplier ownerLives) {

    /** What an owner manages of a type. */
    static <T extends ApiObject, O extends ApiObject> Claims<T> by(
            ApiClient client,
            ResourceType<O> ownerType,
            O owner,
            ResourceType<T> type,
            LabelSelector selector) {
        return new Claims<>(
                client,
                type,
                Owners.reference(ownerType, owner),
                Selector.of(selector),
                () ->
                        client.resource(ownerType)
                                .find(owner.key())
                                .filter(o -> o.uid().equals(owner.uid()))
                                .filter(o -> !o.metadata().hasDeletionTimestamp())
                                .isPresent());
    }

    /** Those of the candidates that are the owner's from now on. */
    List<T> of(Stream<T> candidates) {
        List<T> mine = new ArrayList<>();
        for (T object : candidates.toList()) {
            boolean chosen = selector.matches(object.metadata().labels());
            if (isMine(object)) {
                if (chosen) {
                    mine.add(object);
                } else if (!object.metadata().hasDeletionTimestamp()) {
                    release(object);
                }
            } else if (chosen && isFree(object) && ownerLives.getAsBoolean()) {
                mine.add(adopt(object));
            }
        }
        return mine;
    }

    private boolean isMine(T object) {
        return Owners.controller(object).filter(o -> o.uid().equals(reference.uid())).isPresent();
    }

    private boolean isFree(T object) {
        return Owners.controller(object).isEmpty() && !object.metadata().hasDeletionTimestamp();
    }

    private T adopt(T object) {
        List<OwnerReference> owners = new ArrayList<>(object.metadata().ownerReferences());
        owners.add(reference);
        return client.resource(type)
                .patch(object.key(), PatchType.MERGE, Owners.patch(object, owners));
    }

    private void release(T object) {
        List<OwnerReference> others =
                object.metadata().ownerReferences().stream()
                        .filter(o -> !o.uid().equals(reference.uid()))
                        .toList();
        try {
            client.resource(type)
                    .patch(object.key(), PatchType.MERGE, Owners.patch(object, others));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
