package dev.quilla.apiserver.kinds;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.ResourceQuota;
import dev.quilla.model.core.v1.ResourceQuotaSpec;
import dev.quilla.model.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Quotas: whoever writes objects of the namespace learns of every change of them; what they count
 * is counted again when they count something else.
 */
final class ResourceQuotaKind implements KindBehaviour {

    @Override
    public List<FieldError> validate(Struct object, Optional<Struct> before) {
        ResourceQuotaSpec now = new ResourceQuota(object).spec();
        List<FieldError> errors = new ArrayList<>(QuotaRules.check(now));
        before.map(b -> new ResourceQuota(b).spec())
                .filter(old -> !old.scopes().equals(now.scopes()))
                .ifPresent(old ->
                        errors.add(
                                FieldError.invalid(
                                        "spec.scopes", now.scopes(), "field is immutable")));
        return errors;
    }

    @Override
    public Struct claim(
            ObjectStore.Write write, Optional<Struct> before, Struct object, int attempt) {
        ResourceQuota quota = new ResourceQuota(object);
        Optional<ResourceQuotaSpec> old = before.map(b -> new ResourceQuota(b).spec());
        if (old.filter(quota.spec()::equals).isEmpty()) {
            write.mark(Keys.quotaSet(quota.namespace()));
        }
        if (old.filter(o -> countsSame(o, quota.spec())).isEmpty()) {
            write.release(Keys.quotaUsage(quota.key()));
        }
        return object;
    }

    private static boolean countsSame(ResourceQuotaSpec old, ResourceQuotaSpec now) {
        return old.hard().keySet().equals(now.hard().keySet())
                && old.scopes().equals(now.scopes())
                && old.scopeSelector().equals(now.scopeSelector());
    }

    @Override
    public void release(ObjectStore.Write write, Struct object) {
        ResourceQuota quota = new ResourceQuota(object);
        write.mark(Keys.quotaSet(quota.namespace())).release(Keys.quotaUsage(quota.key()));
    }
}
