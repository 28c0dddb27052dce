package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.SplicedJson;
import dev.quilla.model.Struct;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object on its way to many: is read once, and encoded once in each form. Thread-safe. */
final class SharedOutgoing implements Outgoing {

    private final Outgoing source;
    private final Map<Object, byte[]> encoded = new HashMap<>(4);
    private @Nullable Struct object;

    SharedOutgoing(Outgoing source) {
        this.source = source;
    }

    @Override
    public synchronized Struct object() {
        Struct known = object;
        if (known == null) {
            known = source.object();
            object = known;
        }
        return known;
    }

    @Override
    public Optional<SplicedJson> json() {
        return source.json();
    }

    @Override
    public synchronized byte[] encoded(Object form, Encoding encoding) throws IOException {
        byte[] known = encoded.get(form);
        if (known == null) {
            known = encoding.encode();
            encoded.put(form, known);
        }
        return known;
    }
}
