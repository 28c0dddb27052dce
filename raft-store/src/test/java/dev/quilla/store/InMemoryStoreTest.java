package dev.quilla.store;

/** That the specification keeps the contract, and that a used store's twin is a fresh one. */
class InMemoryStoreTest extends StoreContract {

    @Override
    protected Store store() {
        return new InMemoryStore();
    }
}
