package dev.quilla.apiserver.custom;

import dev.quilla.apiserver.kinds.KindBehaviour;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.SchemaDefaults;
import dev.quilla.model.Struct;
import dev.quilla.model.validation.FieldError;
import dev.quilla.store.Key;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What all custom kinds do: the rest is their schema. Thread-safe. */
final class CustomKind implements KindBehaviour {

    private static final FieldError RULES_NOT_CHECKED =
            FieldError.invalid(
                    "<nil>",
                    Optional.empty(),
                    "some validation rules were not checked because the object was invalid; correct"
                            + " the existing errors to complete validation");

    private final Key definition;
    private final Supplier<SchemaNode> schema;
    private final RuleChecks rules;
    private final Published published;
    private final Optional<ScalePaths> scale;
    private final Set<String> selectable;
    private final Optional<String> deprecation;

    /**
     * A kind.
     *
     * @param definition where the store has what defines it
     * @param deprecation what whoever uses it is warned of
     */
    CustomKind(
            Key definition,
            Supplier<SchemaNode> schema,
            RuleChecks rules,
            Published published,
            Optional<ScalePaths> scale,
            Set<String> selectable,
            Optional<String> deprecation) {
        this.definition = definition;
        this.schema = schema;
        this.rules = rules;
        this.published = published;
        this.scale = scale;
        this.selectable = Set.copyOf(selectable);
        this.deprecation = deprecation;
    }

    @Override
    public Struct defaults(Struct object) {
        return SchemaDefaults.fill(object);
    }

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        List<FieldError> errors = Validation.of(schema.get(), object, before);
        // Expressions may rely on what the schema says.
        if (errors.isEmpty()) {
            return rules.check(schema.get(), object, before);
        }
        return schema.get().hasRules()
                ? Stream.concat(errors.stream(), Stream.of(RULES_NOT_CHECKED)).toList()
                : errors;
    }

    @Override
    public List<FieldError> validateStatus(Struct object, Struct before) {
        return validate(object, Optional.of(before));
    }

    /** Nothing is made of a kind that is being removed at the same time. */
    @Override
    public Struct claim(
            ObjectStore.Write write, Optional<Struct> before, Struct object, int attempt) {
        write.requirePresent(definition);
        return object;
    }

    @Override
    public Optional<ScalePaths> scale() {
        return scale;
    }

    @Override
    public Set<String> selectable() {
        return selectable;
    }

    @Override
    public Optional<String> deprecation() {
        return deprecation;
    }

    @Override
    public Optional<Published> published() {
        return Optional.of(published);
    }
}
