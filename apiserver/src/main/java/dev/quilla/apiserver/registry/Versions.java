package dev.quilla.apiserver.registry;

import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Objects in another version than the one they came in. Thread-safe. */
public final class Versions {

    private final Converter converter;

    /** Objects whose versions differ are converted there. */
    public Versions(Converter converter) {
        this.converter = converter;
    }

    /** An object as one of a resource; unchanged if it is one, or none of that kind at all. */
    public Struct as(ServedResource to, Struct object) {
        return as(to, List.of(object)).getFirst();
    }

    /**
     * Objects as ones of a resource, in the same order; unchanged are those that are so, and those
     * of another kind. Those that have to be converted are so together.
     *
     * @throws dev.quilla.model.ApiException if that can't be done
     */
    public List<Struct> as(ServedResource to, List<Struct> objects) {
        Definition definition = to.type().definition();
        Optional<Converter.Conversion> conversion =
                definition.custom() ? converter.of(definition) : Optional.empty();
        List<Struct> all = new ArrayList<>(objects);
        if (conversion.isEmpty()) {
            all.replaceAll(object -> isOther(to, object) ? renamed(to, object) : object);
            return all;
        }
        List<Integer> others = new ArrayList<>();
        List<Map<String, @Nullable Object>> trees = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (isOther(to, all.get(i))) {
                others.add(i);
                trees.add(JsonTree.parseObject(JsonCodec.encode(all.get(i))));
            }
        }
        if (!others.isEmpty()) {
            String version = to.gvk().groupVersion().toString();
            List<Map<String, @Nullable Object>> made = conversion.get().convert(version, trees);
            for (int i = 0; i < others.size(); i++) {
                byte[] json = JsonTree.write(made.get(i));
                all.set(others.get(i), JsonCodec.decode(definition, json));
            }
        }
        return all;
    }

    /** Whether an object is of the same kind, but of another version of it. */
    private static boolean isOther(ServedResource to, Struct object) {
        return object.definition() != to.type().definition()
                && object.definition().kinds().stream()
                        .anyMatch(kind -> kind.kind().equals(to.gvk().kind()));
    }

    /** An object whose versions differ in ways that are known here, or by their names alone. */
    private static Struct renamed(ServedResource to, Struct object) {
        Definition definition = to.type().definition();
        if (!object.definition().custom()) {
            return Conversions.toServed(definition, Conversions.toStored(object));
        }
        String version = to.gvk().groupVersion().toString();
        return JsonCodec.decode(definition, JsonCodec.encode(object.with("apiVersion", version)));
    }
}
