package dev.quilla.apiserver.registry;

import dev.quilla.model.Struct;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.JsonTree;
import java.util.List;

/** Objects in another served version than the one they came in. Thread-safe. */
public final class Versions {

    private final Converter converter;

    /** Objects whose versions differ are converted there. */
    public Versions(Converter converter) {
        this.converter = converter;
    }

    /** An object as one of a resource; unchanged if it is one, or none of that kind at all. */
    public Struct as(ServedResource to, Struct object) {
        if (object.definition() == to.type().definition()
                || object.definition().kinds().stream()
                        .noneMatch(kind -> kind.kind().equals(to.gvk().kind()))) {
            return object;
        }
        if (!object.definition().custom()) {
            return Conversions.toServed(to.type().definition(), Conversions.toStored(object));
        }
        String version = to.gvk().groupVersion().toString();
        byte[] json = JsonCodec.encode(object);
        byte[] converted =
                converter
                        .of(to.type().definition())
                        .map(c -> c.convert(version, List.of(JsonTree.parseObject(json))))
                        .map(made -> JsonTree.write(made.getFirst()))
                        .orElseGet(() -> JsonCodec.encode(object.with("apiVersion", version)));
        return JsonCodec.decode(to.type().definition(), converted);
    }
}
