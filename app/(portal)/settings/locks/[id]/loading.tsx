import { SkeletonPage } from "@/components/ui/skeleton";

export default SkeletonPage;
