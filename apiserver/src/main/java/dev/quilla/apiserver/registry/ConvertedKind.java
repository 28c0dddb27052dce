package dev.quilla.apiserver.registry;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What a kind does, for a version of it that is stored as another one. Pure. */
final class ConvertedKind implements KindBehaviour {

    private final KindBehaviour stored;

    ConvertedKind(KindBehaviour stored) {
        this.stored = stored;
    }

    private static Struct asStored(Struct object, UnaryOperator<Struct> change) {
        return Conversions.toServed(
                object.definition(), change.apply(Conversions.toStored(object)));
    }

    @Override
    public Struct defaults(Struct object) {
        return asStored(object, stored::defaults);
    }

    @Override
    public Struct beforeCreate(Struct object) {
        return asStored(object, stored::beforeCreate);
    }

    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        return asStored(object, o -> stored.beforeUpdate(Conversions.toStored(before), o));
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        return stored.validate(Conversions.toStored(object), before.map(Conversions::toStored));
    }

    @Override
    public List<FieldError> validateBy(String subresource, Struct object, Struct before) {
        return stored.validateBy(
                subresource, Conversions.toStored(object), Conversions.toStored(before));
    }

    @Override
    public List<FieldError> validateStatus(Struct object, Struct before) {
        return stored.validateStatus(Conversions.toStored(object), Conversions.toStored(before));
    }
}
