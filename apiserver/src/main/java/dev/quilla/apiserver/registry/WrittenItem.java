package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.request.Outgoing;
import dev.quilla.apiserver.request.SplicedJson;
import dev.quilla.model.Struct;
import dev.quilla.store.Bytes;
import java.util.Optional;

/**
 * An object that was stored at a revision, with the bytes that were made for that.
 *
 * @param written without its version
 * @param value in clear
 */
record WrittenItem(Struct written, Bytes value, long revision) implements Outgoing {

    @Override
    public Struct object() {
        return ValueCodec.versioned(written, revision);
    }

    @Override
    public Optional<SplicedJson> json() {
        return SplicedJson.of(value.shared(), ValueCodec.HEADER_BYTES, revision);
    }
}
