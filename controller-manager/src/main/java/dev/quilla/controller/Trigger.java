package dev.quilla.controller;

import dev.quilla.client.Change;
import dev.quilla.client.Informer;
import dev.quilla.client.Subscription;
import dev.quilla.model.ApiObject;
import dev.quilla.model.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Something that wakes a controller. */
public interface Trigger {

    /** Starts to add keys. */
    Subscription start(Consumer<ObjectKey> add);

    /** Changes of objects, each waking the keys that a function names, by both versions. */
    static <T extends ApiObject> Trigger on(
            Informer<T> informer, Function<T, ? extends Collection<ObjectKey>> keys) {
        return add ->
                informer.onChange(change -> {
                    switch (change) {
                        case Change.Added<? extends T>(T object) -> keys.apply(object).forEach(add);
                        case Change.Updated<? extends T>(T before, T now) -> {
                            keys.apply(before).forEach(add);
                            keys.apply(now).forEach(add);
                        }
                        case Change.Deleted<? extends T>(T last) -> keys.apply(last).forEach(add);
                    }
                });
    }

    /** Changes of the objects that the controller keeps. */
    static <T extends ApiObject> Trigger onItself(Informer<T> informer) {
        return on(informer, object -> List.of(object.key()));
    }
}
