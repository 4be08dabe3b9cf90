//! Client of the Cognigy.AI handover endpoint.
