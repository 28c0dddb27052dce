package dev.quilla.apiserver.request;

import dev.quilla.model.Struct;
import java.util.List;

/**
 * A list on its way to whoever asked. Its items are looked at one after the other where they are
 * sent, so that a long list needs no room of its own. Thread-safe.
 *
 * @param frame the list without its items: kind, version, metadata
 * @param items never changed by anybody, but maybe made only when they are asked for: they are not
 *     copied
 */
public record OutgoingList(Struct frame, List<Outgoing> items) implements Outgoing {

    @Override
    public Struct object() {
        return frame.edit()
                .set(
                        frame.definition().field("items"),
                        items.stream().map(Outgoing::object).toList())
                .build();
    }
}
