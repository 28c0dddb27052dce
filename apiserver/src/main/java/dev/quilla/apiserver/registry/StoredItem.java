package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.SplicedJson;
import dev.quilla.model.Definition;
import dev.quilla.model.Struct;
import dev.quilla.store.Bytes;
import dev.quilla.store.Entry;
import java.util.Optional;

/**
 * An entry whose bytes are what clients are sent. Keeps no object: the codec remembers those that
 * are looked into, as far as there is room.
 *
 * @param clear the entry's value in clear: its own bytes unless it is encrypted
 */
record StoredItem(ValueCodec codec, Definition definition, Entry entry, Bytes clear)
        implements Outgoing {

    @Override
    public Struct object() {
        return codec.decode(definition, entry, clear.shared());
    }

    @Override
    public Optional<SplicedJson> json() {
        return SplicedJson.of(clear.shared(), ValueCodec.HEADER_BYTES, entry.modRevision());
    }
}
