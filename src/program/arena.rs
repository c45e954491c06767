//! Ids, and what is looked up by them.

use super::Header;
use std::marker::PhantomData;
use std::ops::Index;

/// An id of one kind of thing: its place in that kind's [`Arena`].
pub trait Id: Copy {
    /// The id of the thing at `place`.
    fn at(place: u32) -> Self;
    /// The place.
    fn place(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::num::NonZeroU32);

        impl $crate::program::Id for $name {
            fn at(place: u32) -> Self {
                $name(std::num::NonZeroU32::MIN.saturating_add(place))
            }

            fn place(self) -> usize {
                // The number is one more than the place, so that there is room for none.
                self.0.get() as usize - 1
            }
        }
    )*};
}

pub(crate) use ids;

ids! {
    /// A document that rules cite.
    SourceId
    /// An enum.
    EnumId
    /// A declared fact.
    FactId
    /// An agreement.
    AgreementId
    /// A defined term.
    DefinitionId
    /// An exemption or a prohibition.
    RuleId
    /// A piece of advice.
    AdviceId
    /// A product.
    ProductId
    /// A functionality of a product.
    FunctionalityId
    /// A licence.
    LicenseId
}

/// What a policy set declares by name.
pub trait Item {
    /// Its header.
    fn header(&self) -> &Header;
}

/// Things of one kind, looked up by their id.
#[derive(Debug, Clone, PartialEq)]
pub struct Arena<I, T> {
    things: Vec<T>,
    ids: PhantomData<I>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Arena { things: Vec::new(), ids: PhantomData }
    }
}

impl<I, T> FromIterator<T> for Arena<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(things: It) -> Self {
        Arena { things: things.into_iter().collect(), ids: PhantomData }
    }
}

impl<I: Id, T> Arena<I, T> {
    /// Adds a thing and says its id.
    pub fn add(&mut self, thing: T) -> I {
        // A set of 2^32 items cannot be parsed: its text is past the limit of a source.
        let id = I::at(u32::try_from(self.things.len()).unwrap_or(u32::MAX));
        self.things.push(thing);
        id
    }

    /// Every thing with its id, in the order added.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.things.iter().enumerate().map(|(place, thing)| (I::at(u32::try_from(place).unwrap_or(u32::MAX)), thing))
    }

    /// Every thing, in the order added.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.things.iter()
    }

    /// Every id, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<'_, I, T> {
        self.iter().map(|(id, _)| id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.things.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    /// The thing of an id, to be completed by a later pass of the checker.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.things.get_mut(id.place())
    }
}

impl<I: Id, T: Item> Arena<I, T> {
    /// The item of this name: of one kind no two have the same.
    pub fn named(&self, name: &str) -> Option<(I, &T)> {
        self.iter().find(|(_, item)| item.header().name == name)
    }

    /// The header of every item.
    pub fn headers(&self) -> impl Iterator<Item = &Header> {
        self.values().map(Item::header)
    }

    /// The name of every item.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.headers().map(|header| header.name.as_str())
    }
}

impl<I: Id, T> Index<I> for Arena<I, T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "an id is made only by adding to its arena")]
    fn index(&self, id: I) -> &T {
        &self.things[id.place()]
    }
}
