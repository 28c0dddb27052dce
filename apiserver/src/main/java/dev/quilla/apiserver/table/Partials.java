package dev.quilla.apiserver.table;

import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.meta.v1.PartialObjectMetadata;
import dev.quilla.model.meta.v1.PartialObjectMetadataList;
import java.util.List;

/** Objects without what makes them what they are: name, labels and the like. */
public final class Partials {

    private Partials() {}

    /**
     * An object's metadata, as {@code PartialObjectMetadata}.
     *
     * @param version of that kind, with its group
     */
    public static Struct of(Struct object, String version) {
        return partial(object, version).struct();
    }

    private static PartialObjectMetadata partial(Struct object, String version) {
        PartialObjectMetadata.Builder partial = PartialObjectMetadata.builder().apiVersion(version);
        object.find("metadata").ifPresent(m -> partial.metadata(new ObjectMeta((Struct) m)));
        return partial.build();
    }

    /** A list's metadata and that of its items. */
    public static Struct ofList(Struct list, String version) {
        PartialObjectMetadataList.Builder partial =
                PartialObjectMetadataList.builder().apiVersion(version);
        list.find("metadata").ifPresent(m -> partial.metadata(new ListMeta((Struct) m)));
        List<?> items = (List<?>) list.find("items").orElse(List.of());
        return partial.items(items.stream().map(i -> partial((Struct) i, version)).toList())
                .build()
                .struct();
    }
}
