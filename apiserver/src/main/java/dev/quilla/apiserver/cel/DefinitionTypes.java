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
import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.ValueType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The types of a definition's fields, as expressions have them, found when an expression names
 * them. Where several sorts of values are possible, any will do. Thread-safe.
 */
@SuppressWarnings("Immutable") // names are only ever added, and each always is the same definition
final class DefinitionTypes implements CelTypeProvider {

    private final Map<String, Definition> definitions = new ConcurrentHashMap<>();

    /** The type of objects of a definition. */
    CelType of(Definition definition) {
        definitions.put(definition.name(), definition);
        return StructTypeReference.create(definition.name());
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.of();
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(definitions.get(name)).map(this::struct);
    }

    private CelType struct(Definition definition) {
        return StructType.create(
                definition.name(),
                definition.fields().stream()
                        .map(Field::name)
                        .collect(ImmutableSet.toImmutableSet()),
                name -> Optional.of(type(definition.field(name).type())));
    }

    private CelType type(ValueType type) {
        return switch (type) {
            case ValueType.StructType struct ->
                    struct.definition().rest() == null ? of(struct.definition()) : SimpleType.DYN;
            case ValueType.ListType list -> ListType.create(type(list.element()));
            case ValueType.MapType map -> MapType.create(SimpleType.STRING, type(map.value()));
            case ValueType.Scalar scalar ->
                    switch (scalar) {
                        case STRING -> SimpleType.STRING;
                        case BOOL -> SimpleType.BOOL;
                        case INT32, INT64 -> SimpleType.INT;
                        case DOUBLE -> SimpleType.DOUBLE;
                        default -> SimpleType.DYN;
                    };
        };
    }
}
