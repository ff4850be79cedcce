"""From the shelf to the customer: picking, the packing place, parcels, carriers, warranties."""
