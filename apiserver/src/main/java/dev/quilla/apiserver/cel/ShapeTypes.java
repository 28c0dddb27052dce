package dev.quilla.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The types of a shape's parts, each object under a name of its own. Immutable. */
@SuppressWarnings("Immutable") // is filled while it is made
final class ShapeTypes implements CelTypeProvider {

    private final Map<String, CelType> objects = new HashMap<>();
    private final CelType whole;

    ShapeTypes(Shape shape) {
        this.whole = type(shape);
    }

    /** The type of the shape itself. */
    CelType whole() {
        return whole;
    }

    private CelType type(Shape shape) {
        return switch (shape.kind()) {
            case OBJECT -> object(shape);
            case MAP -> MapType.create(SimpleType.STRING, type(shape.items().orElseThrow()));
            case LIST -> ListType.create(type(shape.items().orElseThrow()));
            case TEXT -> SimpleType.STRING;
            case BYTES -> SimpleType.BYTES;
            case INTEGER -> SimpleType.INT;
            case NUMBER -> SimpleType.DOUBLE;
            case BOOLEAN -> SimpleType.BOOL;
            case TIME -> SimpleType.TIMESTAMP;
            case DURATION -> SimpleType.DURATION;
            case ANY -> SimpleType.DYN;
        };
    }

    private CelType object(Shape shape) {
        String name = "object" + objects.size();
        CelType reference = StructTypeReference.create(name);
        objects.put(name, reference);
        Map<String, CelType> fields = new HashMap<>();
        shape.fields().forEach((field, inner) -> fields.put(field, type(inner)));
        objects.put(
                name,
                StructType.create(
                        name,
                        ImmutableSet.copyOf(fields.keySet()),
                        field -> Optional.ofNullable(fields.get(field))));
        return reference;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.of();
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(objects.get(name));
    }
}
